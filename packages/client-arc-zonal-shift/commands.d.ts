import type { CommandImpl } from '@smithy/core/client';
import type { MetadataBearer } from '@smithy/types';
import type { ARCZonalShiftClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes } from './client.js';
import type {
  GetManagedResourceRequest,
  GetManagedResourceResponse,
  ListAutoshiftsRequest,
  ListAutoshiftsResponse,
  ListZonalShiftsRequest,
  ListZonalShiftsResponse,
} from './models.js';

export interface ListAutoshiftsCommandInput extends ListAutoshiftsRequest {}
export interface ListAutoshiftsCommandOutput extends ListAutoshiftsResponse, MetadataBearer {}
export interface ListZonalShiftsCommandInput extends ListZonalShiftsRequest {}
export interface ListZonalShiftsCommandOutput extends ListZonalShiftsResponse, MetadataBearer {}
export interface GetManagedResourceCommandInput extends GetManagedResourceRequest {}
export interface GetManagedResourceCommandOutput extends GetManagedResourceResponse, MetadataBearer {}

type Operation<Input extends object, Output extends MetadataBearer> = CommandImpl<
  Input,
  Output,
  ARCZonalShiftClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

declare const ListAutoshiftsCommandBase: new (
  input: ListAutoshiftsCommandInput,
) => Operation<ListAutoshiftsCommandInput, ListAutoshiftsCommandOutput>;
declare const ListZonalShiftsCommandBase: new (
  input: ListZonalShiftsCommandInput,
) => Operation<ListZonalShiftsCommandInput, ListZonalShiftsCommandOutput>;
declare const GetManagedResourceCommandBase: new (
  input: GetManagedResourceCommandInput,
) => Operation<GetManagedResourceCommandInput, GetManagedResourceCommandOutput>;

/** The autoshifts of a Region; `status` says which, without it the active ones. */
export declare class ListAutoshiftsCommand extends ListAutoshiftsCommandBase {}
/** The zonal shifts of an account in a Region, or of one resource; all of them unless `status` says which. */
export declare class ListZonalShiftsCommand extends ListZonalShiftsCommandBase {}
/** One resource that is registered with ARC, with its shifts that have not ended. */
export declare class GetManagedResourceCommand extends GetManagedResourceCommandBase {}
