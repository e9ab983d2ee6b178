"""Files with which the system runs the server: a hardened unit of systemd, and a script for the tasks of Windows."""

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

NAME: Final = "tabuah"
READY: Final = b"READY=1"
_PRIVILEGED: Final = 1024
_HOMES: Final = ("home", "root")  # what ProtectHome hides

# PYTHONSAFEPATH keeps the working directory, which the server writes, out of the path of Python's modules.
# CFFI, which argon2 and PyNaCl use, needs memory that is written and then executed: no MemoryDenyWriteExecute.
_UNIT: Final = """\
[Unit]
Description=Tabuah server
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=notify
NotifyAccess=main
User={user}
ExecStart={command}
WorkingDirectory={directory}
Restart=on-failure
RestartSec=5
TimeoutStartSec=15min
TimeoutStopSec=60
UMask=0077
LimitNOFILE=65536
Environment=PYTHONUTF8=1 PYTHONSAFEPATH=1

ProtectSystem=strict
ReadWritePaths={writable}
ProtectHome={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
CapabilityBoundingSet={capabilities}
AmbientCapabilities={capabilities}

[Install]
WantedBy=multi-user.target
"""

_WINDOWS: Final = """\
# Registers the Tabuah server as a task that starts with Windows and is started again if it ends.
# Run it in PowerShell as administrator. Remove it with: Unregister-ScheduledTask -TaskName {name}
# This script was written for Windows Server 2022 and not run by the authors: try it before you rely on it.
$ErrorActionPreference = "Stop"
$data = {directory}
$arguments = {arguments}
$account = "NT AUTHORITY\\LOCAL SERVICE"
icacls $data /inheritance:r /grant:r "${{account}}:(OI)(CI)M" "BUILTIN\\Administrators:(OI)(CI)F" | Out-Null
$action = New-ScheduledTaskAction -Execute {program} -Argument $arguments -WorkingDirectory $data
$trigger = New-ScheduledTaskTrigger -AtStartup
$principal = New-ScheduledTaskPrincipal -UserId $account -LogonType ServiceAccount
$settings = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) `
    -ExecutionTimeLimit ([TimeSpan]::Zero) -MultipleInstances IgnoreNew -StartWhenAvailable
Register-ScheduledTask -TaskName {name} -Action $action -Trigger $trigger -Principal $principal -Settings $settings
Start-ScheduledTask -TaskName {name}
"""


class ServiceUnit(msgspec.Struct, frozen=True, kw_only=True):
    """What a service runs: a command line, as a user, on a data directory.

    `writable` are further folders that the server writes, such as that of the backups.
    """

    command: Sequence[str]
    user: str
    directory: Path
    port: int
    writable: Sequence[Path] = ()

    def systemd_text(self) -> str:
        """Return the unit for systemd."""
        paths = [self.directory, *self.writable]
        is_in_home = any(path.parts[1:2] and path.parts[1] in _HOMES for path in (*paths, self._program))
        return _UNIT.format(
            user=self.user,
            command=" ".join(map(quote_for_systemd, self.command)),
            directory=_specifier_safe(str(self.directory)),
            # "-": without the disk of the backups the server starts all the same, and raises its alarm.
            writable=" ".join(map(quote_for_systemd, (str(self.directory), *(f"-{path}" for path in self.writable)))),
            home="read-only" if is_in_home else "yes",
            capabilities="CAP_NET_BIND_SERVICE" if 0 < self.port < _PRIVILEGED else "",
        )

    def windows_script(self) -> str:
        """Return the PowerShell script."""
        program, *arguments = self.command
        return _WINDOWS.format(
            name=NAME,
            directory=_quote_for_powershell(str(self.directory)),
            program=_quote_for_powershell(program),
            arguments=_quote_for_powershell(" ".join(f'"{each}"' for each in arguments)),
        )

    @property
    def _program(self) -> Path:
        return Path(self.command[0])


def quote_for_systemd(text: str) -> str:
    """Return one word of a unit file: quoted, without specifiers and variables (systemd.syntax, systemd.service)."""
    escaped = _specifier_safe(text).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'


def _specifier_safe(text: str) -> str:
    return text.replace("%", "%%")


def _quote_for_powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def notify_ready(environment: Mapping[str, str] = os.environ) -> bool:
    """Report to systemd that the server listens (sd_notify); return False where nobody asked for it."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    name = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sending:
        try:
            sending.connect(name)
            sending.sendall(READY)
        except OSError:
            return False
    return True
