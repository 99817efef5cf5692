"""The names of `synapse.module_api` that account data modules import."""

from account_data_modules.module_api import AccountDataManager, EventBase, JsonDict, JsonMapping, ModuleApi

from . import errors

__all__ = ["AccountDataManager", "EventBase", "JsonDict", "JsonMapping", "ModuleApi", "errors"]
