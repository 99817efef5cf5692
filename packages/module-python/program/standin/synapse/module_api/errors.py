"""The names of `synapse.module_api.errors` that account data modules import."""

from account_data_modules.errors import ConfigError, SynapseError

__all__ = ["ConfigError", "SynapseError"]
