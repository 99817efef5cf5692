"""usage: python3 fetch_documentation.py FOLDER VERSION

Brings the documentation of a Synapse into FOLDER/docs, out of its source distribution on PyPI, unless it is there. It is
licensed as Synapse is, so it stays out of this repository. Prints the path. Ends with 3 where PyPI can't be reached.
"""

import fcntl
import glob
import os
import re
import subprocess
import sys
import tarfile
import tempfile

UNREACHABLE = re.compile(r"NewConnectionError|Connection refused|ConnectTimeout|ReadTimeout|Name or service not known|from versions: none")

# pip asks the build backend for the metadata of what it downloads. Synapse's would want a Rust toolchain for that.
BACKEND = """
import os
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    name = "matrix_synapse-{version}.dist-info"
    os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: matrix-synapse\\nVersion: {version}\\n")
    return name
"""


def fetch(folder: str, version: str) -> None:
    with tempfile.TemporaryDirectory() as work:
        os.makedirs(os.path.join(work, "backend", "maturin"))
        with open(os.path.join(work, "backend", "maturin", "__init__.py"), "w") as file:
            file.write(BACKEND.format(version=version))
        pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--retries", "1", "--no-deps"]
        ran = subprocess.run(
            [*pip, "--no-binary", ":all:", "--no-build-isolation", "--dest", work, f"matrix-synapse=={version}"],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.path.join(work, "backend")},
        )
        if ran.returncode != 0:
            said = ran.stdout + ran.stderr
            sys.stderr.write(said)
            sys.exit(3 if UNREACHABLE.search(said) else 1)
        (archive,) = glob.glob(os.path.join(work, "*.tar.gz"))
        with tarfile.open(archive) as files:
            for member in files.getmembers():
                _, _, path = member.name.partition("/")
                if member.isfile() and path.startswith("docs/modules/") and ".." not in path:
                    member.name = path
                    files.extract(member, folder)


def main(folder: str, version: str) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = os.path.join(folder, "fetched")
        if not os.path.exists(done):
            fetch(folder, version)
            open(done, "w").close()
    print(os.path.join(folder, "docs"))


main(*sys.argv[1:])
