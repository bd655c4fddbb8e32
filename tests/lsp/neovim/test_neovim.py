"""Neovim itself, without a screen, drives the server."""

import json
import os
import pathlib
import subprocess
import sys

from conftest import SCALEC

MAIN = """\
import lib from "lib.scale"

let usual=1_000/s
let long  = 30mins # 🦀
let twice = 2x * lib.busy + usual
"""

LIB = "## What is usual at noon.\nlet busy = 5_000/s\n"


def run(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "scale.toml").touch()
    (folder / "main.scale").write_text(MAIN)
    (folder / "lib.scale").write_text(LIB)
    out = tmp_path / "out.json"
    nvim = pathlib.Path(sys.executable).parent / "nvim"
    environment = {
        **os.environ,
        **{name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")},
        **{"SCALEC": SCALEC, "FOLDER": str(folder), "OUT": str(out)},
    }
    script = pathlib.Path(__file__).with_name("editor.lua")
    done = subprocess.run([str(nvim), "--headless", "--clean", "-n", "-l", str(script)], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert out.exists(), done.stdout + done.stderr
    return json.loads(out.read_text())


def test_a_session(tmp_path):
    seen = run(tmp_path)
    assert {"code": "E0302", "line": 3, "column": 12, "source": "scalec"} in seen["diagnostics"]
    assert seen["fixed"][3] == "let long  = 30m # 🦀"
    assert seen["formatted"] == ['import lib from "lib.scale"', "", "let usual = 1_000/s", "let long  = 30m # 🦀 nowhere", "let twice = 2x * lib.busy + usual"]
    assert "What is usual at noon." in seen["hover"] and "5_000/s" in seen["hover"]
    assert "busy" in seen["completion"]
    assert seen["renamed"] == ["let twice = 2x * lib.rush + usual", "let more = 2x * lib.rush"]
    assert seen["library"] == ["## What is usual at noon.", "let rush = 5_000/s"]
