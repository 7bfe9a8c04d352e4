import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NudgeGate } from '../../../watcher/cordon/nudge-gate.ts';
import { AZ1, AZ2, setOf, zone } from './nodes-in-memory.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const away = (generation: number) => setOf(generation, zone('impaired', AZ1));

function gated() {
  const opened = vi.fn();
  return { gate: new NudgeGate({ limitMs: 500, onOpen: opened }), opened };
}

it('sets without an impaired zone need no cordon', () => {
  const { gate } = gated();
  expect(gate.isOpen(setOf(1))).toBe(true);
  expect(gate.isOpen(setOf(2, zone('recovering')))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('nudging begins when all Nodes were looked at', () => {
  const { gate, opened } = gated();
  expect(gate.isOpen(away(1))).toBe(false);
  gate.cordonedFor(0);
  expect(gate.isOpen(away(1))).toBe(false);
  gate.cordonedFor(1);
  expect(opened).toHaveBeenCalledTimes(1);
  expect(gate.isOpen(away(1))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('it does not wait where they were looked at before anybody asked', () => {
  const { gate, opened } = gated();
  gate.cordonedFor(1);
  expect(gate.isOpen(away(1))).toBe(true);
  expect(opened).not.toHaveBeenCalled();
});

it('it begins after the limit, however long the Nodes take', () => {
  const { gate, opened } = gated();
  gate.isOpen(away(1));
  vi.advanceTimersByTime(499);
  expect(gate.isOpen(away(1))).toBe(false);
  vi.advanceTimersByTime(1);
  expect(opened).toHaveBeenCalledTimes(1);
  expect(gate.isOpen(away(1))).toBe(true);
});

it('the next set waits anew, and one that comes during a wait has no time of its own', () => {
  const { gate, opened } = gated();
  gate.isOpen(away(1));
  vi.advanceTimersByTime(300);
  const two = setOf(2, zone('impaired', AZ1), zone('impaired', AZ2));
  expect(gate.isOpen(two)).toBe(false);
  vi.advanceTimersByTime(200);
  expect(opened).toHaveBeenCalledTimes(1);
  expect(gate.isOpen(two)).toBe(true);
  expect(gate.isOpen(away(3))).toBe(false);
});

it('after its end nobody is told', () => {
  const { gate, opened } = gated();
  gate.isOpen(away(1));
  gate.close();
  vi.advanceTimersByTime(1000);
  expect(opened).not.toHaveBeenCalled();
});
