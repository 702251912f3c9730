#!/usr/bin/python3
"""A client as RunningHub's own guides write it: upload, create, then ask for the outputs every 5 s. One thread for each place.

usage: guide_client.py URL KEY APP SLOTS INBOX OUTBOX

It says "ready" when it has loaded, and begins with the files of INBOX when it is given a line.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

URL, KEY, APP, SLOTS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
INBOX, OUTBOX = Path(sys.argv[5]), Path(sys.argv[6])


def upload_file(path):
    with open(path, "rb") as file:
        response = requests.post(
            f"{URL}/task/openapi/upload", data={"apiKey": KEY, "fileType": "image"}, files={"file": file}
        )
    return response.json()["data"]["fileName"]


def submit_task(file_name):
    body = {
        "webappId": APP,
        "apiKey": KEY,
        "nodeInfoList": [{"nodeId": "1", "fieldName": "image", "fieldValue": file_name}],
    }
    return requests.post(f"{URL}/task/openapi/ai-app/run", json=body).json()["data"]["taskId"]


def query_task_outputs(task_id):
    return requests.post(f"{URL}/task/openapi/outputs", json={"apiKey": KEY, "taskId": task_id}).json()


def run(path):
    task_id = submit_task(upload_file(path))
    while True:
        answer = query_task_outputs(task_id)
        if answer["code"] == 0 and answer["data"]:
            break
        if answer["code"] not in (804, 813):
            raise RuntimeError(answer["msg"])
        time.sleep(5)
    result = requests.get(answer["data"][0]["fileUrl"])
    (OUTBOX / path.name).write_bytes(result.content)


print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(SLOTS) as pool:
    list(pool.map(run, sorted(INBOX.iterdir())))
