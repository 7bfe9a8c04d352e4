"""Asks the ARC Zonal Shift API with botocore, AWS's own Python library, and prints what it understood.

Reads from standard input: {"endpoint", "region", "credentials", "calls": [[method, parameters], ...], "regions": [...]}.
Prints: {"answers": [...], "addresses": [[region, fips, dual stack, url or null], ...]}.
"""

import json
import sys
from datetime import datetime

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def plain(value):
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def client(given, region, **config):
    credentials = given["credentials"]
    return botocore.session.Session().create_client(
        "arc-zonal-shift",
        region_name=region,
        endpoint_url=config.pop("endpoint_url", None),
        aws_access_key_id=credentials["accessKeyId"],
        aws_secret_access_key=credentials["secretAccessKey"],
        aws_session_token=credentials.get("sessionToken"),
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


def answer(asking, method, parameters):
    try:
        return plain(getattr(asking, method)(**parameters))
    except ClientError as error:
        return {"error": error.response["Error"]["Code"], "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}


def address(given, region, fips, dual):
    try:
        asking = client(given, region, use_fips_endpoint=fips, use_dualstack_endpoint=dual)
        return asking._resolve_endpoint_ruleset(
            asking.meta.service_model.operation_model("ListAutoshifts"), {}, {}
        )[0]
    except BotoCoreError:
        return None


def main():
    given = json.load(sys.stdin)
    asking = client(given, given["region"], endpoint_url=given["endpoint"])
    print(
        json.dumps(
            {
                "answers": [answer(asking, method, parameters) for method, parameters in given["calls"]],
                "addresses": [
                    [region, fips, dual, address(given, region, fips, dual)]
                    for region in given["regions"]
                    for fips in (False, True)
                    for dual in (False, True)
                ],
            }
        )
    )


main()
