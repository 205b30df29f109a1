#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# macOS: source/bsd/darwin.c.
# shellcheck source=tests/double/lib.sh
. "$(dirname -- "$0")/lib.sh"

tables macos-15-more macos-15-encoded

try 'all tables' -tunapx </dev/null
same
says
ends 0
calls net.inet.tcp.pcblist_n read 1

try 'a table that grows once' -tunap <<'END'
net.inet.tcp.pcblist_n 2 3 grown 100000
END
same
says
ends 0
calls net.inet.tcp.pcblist_n read 2

try 'sockets that come and go while a table is read' -tunap <<'END'
net.inet.tcp.pcblist_n 2 2 poke -16
END
same
says
ends 0
calls net.inet.tcp.pcblist_n read 2

try 'lists of processes and descriptors that grow once' -tunap <<'END'
pids 2 2 growing 4000
fds/202 2 2 growing 4000
END
same
says
ends 0
calls pids read 2
calls fds/202 read 2

try 'a process of another user' -tunap <<'END'
fds/202 1 1 error 1
END
shows 101/sshd '[::1]:9090              *:*                      LISTEN      -'
lacks 202/srv
says 'portls: owners of 6 sockets are hidden; run as root'
ends 0

try 'a process that ends before its descriptors are listed' -tunap <<'END'
fds/202 1 1 error 3
END
shows 101/sshd '[::1]:9090              *:*                      LISTEN      -'
says
ends 0

try 'a process that ends before its name is read' -tunap <<'END'
process/202 1 1 error 3
END
shows 101/sshd '[::1]:9090              *:*                      LISTEN      202/-'
says
ends 0

try 'a descriptor that is closed before it is read' -tunap <<'END'
socket/101/3 1 1 error 9
END
shows '0.0.0.0:22              *:*                      LISTEN      -' 101/sshd
says
ends 0

try 'a structure that is shorter' -tunap <<'END'
socket/101/3 1 1 claim 400
END
shows '0.0.0.0:22              *:*                      LISTEN      -' 101/sshd
says 'portls: unsupported layout of socket owners: records of 400 bytes; report it with a recording (--record DIR)'
ends 0

finish
