"""Reverse proxies in front of a server, configured as docs/tls.md says."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

_SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin"
PROXIES = {name: shutil.which(name) or shutil.which(name, path=_SYSTEM_FOLDERS) for name in ("caddy", "nginx")}
DOCUMENTED_HOST, DOCUMENTED_SERVER = "tabuah.solokkab.go.id", "127.0.0.1:8410"


def documented(project: Path, title: str) -> str:
    """Return the configuration in a section of the guide."""
    section = (project / "docs" / "tls.md").read_text("utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    found = re.search(r"^```\n(.*?\{\n.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def caddy_command(project: Path, folder: Path, *, port: int, server_url: str, certificate: Path | None) -> list[str]:
    """Write the configuration of Caddy, and return its command; without a certificate it uses its own authority."""
    tls = f"tls {certificate} {certificate}" if certificate is not None else "tls internal"
    site = documented(project, "Caddy").replace(DOCUMENTED_HOST, f"https://localhost:{port}")
    site = site.replace(DOCUMENTED_SERVER, urlsplit(server_url).netloc).replace("{\n", f"{{\n\t{tls}\n", 1)
    options = f"admin off\n\tauto_https disable_redirects\n\tstorage file_system {folder}/caddy"
    configuration = folder / "Caddyfile"
    configuration.write_text(f"{{\n\t{options}\n\tskip_install_trust\n}}\n{site}", "utf-8")
    return [str(PROXIES["caddy"]), "run", "--config", str(configuration), "--adapter", "caddyfile"]


def nginx_command(project: Path, folder: Path, *, port: int, server_url: str, certificate: Path) -> list[str]:
    """Write the configuration of nginx, and return its command."""
    site = documented(project, "nginx").replace(DOCUMENTED_HOST, "localhost")
    site = site.replace("443 ssl", f"127.0.0.1:{port} ssl").replace(DOCUMENTED_SERVER, urlsplit(server_url).netloc)
    site = re.sub(r"/etc/letsencrypt/\S+\.pem", str(certificate), site)
    parts = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in parts)
    configuration = folder / "nginx.conf"
    main = f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nevents {{}}\n"
    configuration.write_text(f"{main}http {{\naccess_log off;\n{temporary}{site}}}\n", "utf-8")
    return [str(PROXIES["nginx"]), "-e", "stderr", "-p", str(folder), "-c", str(configuration)]


@contextmanager
def running_proxy(command: list[str], folder: Path, port: int) -> Iterator[str]:
    """Run a proxy until the block ends, and yield its address once it listens."""
    environment = {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "PATH": "/usr/bin",
    }
    with (folder / "proxy.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            _wait_until_it_listens(process, folder, port)
            yield f"https://localhost:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", folder: Path, port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, (folder / "proxy.log").read_text("utf-8", "replace")
            assert time.monotonic() < deadline, "the proxy does not listen"
            time.sleep(0.05)
        else:
            return
