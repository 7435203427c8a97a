"""The supervisor: starts the web server and the worker, starts anew what ends, and ends both with itself.

It imports no Django: it only starts processes. Each child's standard input is a pipe whose other end is
here, so that the children end even when this process is killed (`lifeline.end_with_supervisor`).
"""

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text
from yinfeng.web.operations.lifeline import hold

Say = Callable[[Text], None]

_FIRST_DELAY_S: Final = 0.5
_LONGEST_DELAY_S: Final = 30.0
_STEADY_S: Final = 60.0
"""A child that lived as long is started anew without waiting longer than at first."""
_STOP_S: Final = 5.0
_LOOK_S: Final = 0.1
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def serve(site: Path, *, host: str, port: int, workers: int, say: Say) -> None:
    """Serve a site until Ctrl-C or SIGTERM.

    Raises InputError where the site is served already or the port is taken, SystemExit where the database
    cannot be made ready.
    """
    lock = hold(site / "serve.lock")
    if lock is None:
        raise InputError([_served_already(site)])
    _refuse_taken_port(host, port)
    _run("yinfeng.web.operations.prepare")
    children = {
        Text("网页服务", "web server"): ("yinfeng.web.operations.web", host, str(port), str(workers)),
        Text("后台任务", "worker"): ("yinfeng.web.operations.worker",),
    }
    with _told_to_stop() as stop:
        keepers = [
            threading.Thread(target=_keep, args=(name, command, stop, say))
            for name, command in children.items()
        ]
        for keeper in keepers:
            keeper.start()
        if _answers(host, port, stop):
            say(_welcome(site, host, port))
        while not stop.wait(3600):
            pass
        for keeper in keepers:
            keeper.join()
    lock.close()
    say(Text("已停止", "Stopped"))


def _run(module: str) -> None:
    code = subprocess.run([sys.executable, "-m", module], check=False).returncode
    if code:
        sys.exit(code)


def _keep(name: Text, command: Sequence[str], stop: threading.Event, say: Say) -> None:
    """Keep a child running until told to stop, waiting longer the faster it ends."""
    delay = _FIRST_DELAY_S
    while not stop.is_set():
        began = time.monotonic()
        # A session of its own: Ctrl-C reaches the supervisor alone, which then ends its children in order.
        process = subprocess.Popen(
            [sys.executable, "-m", *command], stdin=subprocess.PIPE, start_new_session=True
        )
        while process.poll() is None and not stop.wait(_LOOK_S):
            pass
        if stop.is_set():
            _end(process)
            return
        say(
            Text(
                "{name}意外停止（代码 {code}），{delay:g} 秒后重新启动",
                "The {name} ended (code {code}); starting it again in {delay:g} s",
            ).format(name=name, code=process.returncode, delay=delay)
        )
        stop.wait(delay)
        is_steady = time.monotonic() - began > _STEADY_S
        delay = _FIRST_DELAY_S if is_steady else min(2 * delay, _LONGEST_DELAY_S)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stop.set()) for number in signals]
    try:
        yield stop
    finally:
        stop.set()
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _answers(host: str, port: int, stop: threading.Event) -> bool:
    """Wait until the web server answers; False where told to stop before."""
    while not stop.wait(_LOOK_S):
        connection = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=2)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            return True
        connection.close()
    return False


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            expected = Text("没有被占用、本机有的地址和端口", "an address of this machine and a free port")
            fix = Text("用 --port 换一个端口", "choose another port with --port")
            found = f"{host}:{port} ({error.strerror})"
            raise InputError([problem_fault("port-taken", found, expected, fix)]) from error


def _served_already(site: Path) -> Fault:
    expected = Text("没有在运行的站点", "a site that is not being served")
    fix = Text("先停止另一个 yinfeng serve，或用 --site 换一个文件夹", "stop the other one, or give --site")
    return problem_fault("served-already", site, expected, fix)


def _welcome(site: Path, host: str, port: int) -> Text:
    shown = f"[{host}]" if ":" in host else _EVERYWHERE.get(host, host)
    address = f"http://{shown}:{port}/"
    return Text(
        f"引凤已启动\n  地址      {address}\n  工作台    {address}desk/\n  站点文件夹 {site}\n按 Ctrl-C 停止",
        f"Yinfeng is serving\n  address      {address}\n  the desk     {address}desk/\n"
        f"  site folder  {site}\nCtrl-C stops it",
    )
