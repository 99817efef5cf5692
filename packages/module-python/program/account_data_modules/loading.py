"""Makes a module of the class and the configuration that the host names."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from typing import Any

from .module_api import ModuleApi


class Refused(Exception):
    """The configuration can't be worked with: what is wrong, and where in it."""

    def __init__(self, problem: str, path: list[str]) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path = path


def offer_stand_in() -> None:
    """`synapse.module_api` is the real one where it is installed, else ours: what stands last is looked at last."""
    sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "standin"))


def synapse_errors() -> Any:
    """The module that modules for Synapse import their errors from."""
    return importlib.import_module("synapse.module_api.errors")


def load_class(name: str) -> type:
    module_name, _, class_name = name.rpartition(".")
    if module_name == "":
        raise Refused("must be a module's name and a class's, as custom_account_data.CustomAccountDataModule", ["class"])
    try:
        module = importlib.import_module(module_name)
    except BaseException as error:
        raise Refused(f"{module_name} can't be imported: {_in_words(error)}{_advice(error, module_name)}", ["class"]) from error
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        raise Refused(f"{module_name} has no class {class_name}", ["class"])
    return found


def parse_config(made_of: type, config: Any) -> Any:
    """The configuration as the class makes it of the written one."""
    errors = synapse_errors()
    try:
        parse = getattr(made_of, "parse_config", None)
        return config if parse is None else parse(config)
    except errors.ConfigError as error:
        raise Refused(error.msg, ["config", *(error.path or ())]) from error
    except Exception as error:
        raise Refused(f"parse_config failed: {_in_words(error)}{_place(error)}", ["config"]) from error


def make_module(class_name: str, made_of: type, parsed: Any, api: ModuleApi) -> None:
    """Makes the module, which registers its callbacks."""
    try:
        made_of(parsed, api)
    except Exception as error:
        raise Refused(f"{class_name} can't be made: {_in_words(error)}{_place(error)}", ["class"]) from error


def _in_words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""


def _advice(error: BaseException, wanted: str) -> str:
    missing = error.name if isinstance(error, ImportError) else None
    if missing is None:
        return ""
    if missing == wanted.split(".")[0]:
        return f". Name the folder of {missing} under python_path, or install it in {sys.executable}"
    if missing.split(".")[0] == "synapse":
        return f". It is not about account data: install matrix-synapse in {sys.executable}, where the module needs it"
    return f". Install what the module needs in {sys.executable}"
