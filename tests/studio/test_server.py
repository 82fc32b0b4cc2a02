"""The server on a real socket: who is answered, what is cut, who is waited for, and how it ends."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from barreleye.studio import server as server_module
from barreleye.studio.handlers import PAGES
from barreleye.studio.server import Server


class Served:
    """A server in a thread of its own, with its loop."""

    def __init__(self):
        self.server, self.ready = Server("xor"), threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self.thread.start()
        assert self.ready.wait(60)

    async def serve(self):
        self.loop, self.task = asyncio.get_running_loop(), asyncio.current_task()
        with suppress(asyncio.CancelledError):
            await self.server.run(lambda address: self.ready.set())

    def stop(self):
        self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture(scope="module")
def served():
    made = Served()
    yield made.server
    made.stop()


def alone(work):
    """What a coroutine returns, on a loop of its own thread: a browser's driver may hold one in this."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def ask(url, **how):
    async def fetch():
        return await AsyncHTTPClient().fetch(HTTPRequest(url, **how), raise_error=False)

    return alone(fetch())


def raw(served, text, wait=2.0):
    """What comes back for bytes sent as they are."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall(text)
        connection.settimeout(wait)
        parts = []
        try:
            while part := connection.recv(65536):
                parts.append(part)
                if b"\r\n\r\n" in b"".join(parts):
                    break
        except (TimeoutError, ConnectionResetError):
            pass
        return b"".join(parts)


def socket_request(served, host=None, origin=None, path=None):
    lines = [f"GET {path or f'/{served.token}/socket'} HTTP/1.1", f"Host: {host or f'127.0.0.1:{served.port}'}"]
    lines += [f"Origin: {origin}"] if origin else []
    lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def own(served):
    return f"http://127.0.0.1:{served.port}"


async def opened(served, **how):
    request = HTTPRequest(f"ws://127.0.0.1:{served.port}/{served.token}/socket", headers={"Origin": own(served)})
    return await websocket_connect(request, **how)


async def closed(*pages):
    for page in pages:
        page.close()
    for page in pages:
        while await page.read_message() is not None:
            pass


def test_the_page_and_its_parts_are_there(served):
    page = ask(served.address)
    assert page.code == 200
    for name in re.findall(r'"(page/[\w.]+)"', page.body.decode()):
        assert ask(served.address + name).code == 200
    assert json.loads(ask(served.address + "words/zh").body)["page.play"] == "开始"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil:{port}"]
)
@pytest.mark.parametrize("path", ["", "page/main.js", "words/en", "take/script", "nothing"])
def test_a_foreign_host_is_refused_everywhere(served, host, path):
    named = host.format(port=served.port)
    assert ask(served.address + path, headers={"Host": named}).code == 403
    assert b" 403 " in raw(served, socket_request(served, named, own(served)))


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
def test_a_foreign_origin_is_refused(served, origin):
    named = origin.format(port=served.port)
    assert b" 403 " in raw(served, socket_request(served, origin=named))
    upload = ask(served.address + "table", method="POST", body=b"a,b\n1,2\n", headers={"Origin": named})
    assert upload.code == 403


def test_a_socket_without_an_origin_is_refused(served):
    assert b" 403 " in raw(served, socket_request(served))
    assert b" 101 " in raw(served, socket_request(served, origin=own(served)))


@pytest.mark.parametrize(
    "path", ["/", "/page/main.js", "/wrong/", "/wrong/socket", "/wrong/take/model", "/wrong/table"]
)
def test_nothing_is_there_without_the_token(served, path):
    assert ask(own(served) + path).code == 404
    assert b" 404 " in raw(served, socket_request(served, origin=own(served), path=path))


@pytest.mark.parametrize(
    "path",
    ["page/../server.py", "page/%2e%2e/server.py", "page/..%2fserver.py", "page//etc/passwd", "words/..", "page/\0"],
)
def test_no_path_leads_out(served, path):
    request = f"GET /{served.token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode()
    assert b" 200 " not in raw(served, request).split(b"\r\n")[0]


def test_a_symbolic_link_is_not_followed(served, tmp_path):
    assert ask(served.address + "page/" + str(tmp_path)).code == 404  # names are looked up, no folder is read


def test_a_table_is_opened_and_a_bad_one_is_said(served):
    rows = "".join(f"{i * i % 7},{i % 3},{'ab'[i % 2]}\n" for i in range(30)).encode()
    good = ask(served.address + "table?name=my.csv", method="POST", body=b"x,z,y\n" + rows)
    assert json.loads(good.body)["table"]["columns"] == ["x", "z", "y"]
    bad = ask(served.address + "table?name=../../my.csv", method="POST", body=b"\x89PNG\r\n\x1a\n" + b"\0" * 99)
    assert set(json.loads(bad.body)["error"]) == {"en", "zh"}


def test_an_upload_that_is_too_large_or_lies_is_cut(served, monkeypatch):
    head = f"POST /{served.token}/table HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
    large = f"{head}Content-Length: {server_module.LARGEST_TABLE + 1}\r\n\r\n".encode()
    assert b" 200 " not in raw(served, large)
    lying = f"{head}Content-Length: -5\r\n\r\n".encode()
    assert b" 200 " not in raw(served, lying)
    two = f"{head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n".encode()
    assert b" 200 " not in raw(served, two)
    assert ask(served.address).code == 200


def test_a_message_that_is_no_command_closes_and_a_wrong_one_is_answered(served):
    async def talk():
        page = await opened(served)
        await page.write_message(json.dumps({"number": 1, "command": {"do": "plya"}}))
        said = json.loads(await page.read_message())
        assert "plya" in said["error"]["en"]
        assert said["number"] == 1
        await page.write_message("no json")
        while await page.read_message() is not None:
            pass
        page.close()

    alone(asyncio.wait_for(talk(), 20))


def test_one_frame_is_on_its_way_to_a_page_and_slow_pages_hold_nobody_up(served):
    async def talk():
        slow = [await opened(served) for _ in range(19)]
        quick = await opened(served)
        for page in slow:
            await page.write_message(json.dumps({"number": 0, "command": "shown"}))  # and none is acknowledged
        await quick.write_message(json.dumps({"number": 1, "command": {"do": "pace", "steps": None}}))
        await quick.write_message(json.dumps({"number": 2, "command": {"do": "play"}}))
        await quick.write_message(json.dumps({"number": 0, "command": "shown"}))
        steps = []
        while len(steps) < 8:
            message = await quick.read_message()
            if isinstance(message, bytes):
                length = int.from_bytes(message[:8], "little")
                facts = json.loads(json.loads(message[8 : 8 + length])["__metadata__"]["facts"])
                steps.append(facts["sides"][0]["step"])
                await quick.write_message(json.dumps({"number": 0, "command": "shown"}))
        assert steps == sorted(steps)
        assert steps[-1] > steps[0]
        for page in slow:
            assert isinstance(await page.read_message(), bytes)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(page.read_message(), 0.02)
        await quick.write_message(json.dumps({"number": 3, "command": {"do": "pause"}}))
        await closed(*slow, quick)

    alone(asyncio.wait_for(talk(), 60))


def test_there_is_an_end_to_pages(served):
    async def talk():
        pages = [await opened(served) for _ in range(PAGES + 1)]
        assert await asyncio.wait_for(pages[-1].read_message(), 10) is None
        pages[-1].close()
        await closed(*pages[:-1])

    alone(asyncio.wait_for(talk(), 30))


def test_a_request_that_stalls_holds_nobody_up(served):
    with socket.create_connection(("127.0.0.1", served.port)) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHo")
        assert ask(served.address).code == 200


def test_what_it_cannot_start_with_is_an_error_in_words():
    with pytest.raises(ValueError, match=r"data='flour' is unknown .did you mean 'flower'"):
        alone(Server("flour").run(print))


def test_a_port_that_is_taken_is_said():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "barreleye.cli", "studio", "--no-browser", "--port", str(port), "--lang", "zh"]
        ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    assert ended.returncode == 3
    assert f"端口 {port} 已被占用" in ended.stderr


@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_it_ends_and_leaves_no_process_behind(how):
    command = [sys.executable, "-m", "barreleye.cli", "studio", "xor", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("The studio is open at http://127.0.0.1:")
        children = [int(pid) for pid in re.findall(r"\d+", children_of(process.pid))]
        assert children
        process.send_signal(getattr(signal, how))
        assert process.wait(20) == (0 if how == "SIGINT" else -9)
    until = time.monotonic() + 20
    while any(alive(pid) for pid in children):
        assert time.monotonic() < until
        time.sleep(0.05)


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return file.read()
    except FileNotFoundError:
        return subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
