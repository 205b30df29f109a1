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

record
chaos 24 net.inet.tcp.pcblist_n net.inet.udp.pcblist_n net.local.stream.pcblist_n net.local.dgram.pcblist_n pids fds/202 fds/303
refuse net.inet.tcp.pcblist_n net.inet.udp.pcblist_n net.inet.raw.pcblist_n net.local.stream.pcblist_n \
    net.local.dgram.pcblist_n pids

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

try 'a list of descriptors that grows in each attempt' -tunap <<'END'
fds/202 1 0 growing 100
END
same
says 'portls: cannot read all socket owners: Resource temporarily unavailable; run it again'
ends 0
calls fds/202 read 10

try 'a list of processes that grows in each attempt' -tunap <<'END'
pids 1 0 growing 100
END
same
says 'portls: cannot read all socket owners: Resource temporarily unavailable; run it again'
ends 0

# ---- sockets held as fileports ----

# The first descriptor of process 50.
printf '\375\377\377\377' |
    dd of="$DOUBLE_TABLES/proc_pidfdinfo" bs=1 seek=4 conv=notrunc status=none
try 'a socket held as a fileport' '-xap pid=50' </dev/null
same
shows '/var/run/log  *               UNCONN 50/syslogd'
says
calls fileports/50 read 1
try 'it has no descriptor' '-xap --json pid=50' </dev/null
shows '"owners":[{"pid":50,"process":"syslogd"'
try 'filters do not find one' '-xa fd>3' </dev/null
lacks '/var/run/log  *'
try 'nor does ss print one' '--as ss -xap' </dev/null
shows 'users:(("syslogd",pid=50))'

# ---- tables that are refused by omitting their rows ----

empty=$scratch/empty
head -c 24 "$DOUBLE_TABLES/net.inet.tcp.pcblist_n" >"$empty"
tail -c 24 "$DOUBLE_TABLES/net.inet.tcp.pcblist_n" >>"$empty"

try 'no datagram socket, but the size is that of all UNIX sockets' -xap <<END
net.local.dgram.pcblist_n 1 1 claim 100000
net.local.dgram.pcblist_n 2 2 file $empty
END
lacks '/var/run/log  *'
shows /tmp/s.sock
says
ends 0

try 'all UNIX sockets are hidden' -xap <<END
net.local.stream.pcblist_n 1 0 claim 100000
net.local.stream.pcblist_n 1 0 file $empty
net.local.dgram.pcblist_n 1 0 claim 100000
net.local.dgram.pcblist_n 1 0 file $empty
END
shows '/var/run/log  *' /tmp/s.sock
says 'portls: cannot read UNIX stream sockets: Operation not permitted; run as root'
ends 0

try 'TCP sockets are hidden: those of processes are listed' -tap <<END
net.inet.tcp.pcblist_n 1 0 claim 100000
net.inet.tcp.pcblist_n 1 0 file $empty
END
shows 101/sshd
lacks 10.0.0.1:50009
says 'portls: cannot read TCP sockets: Operation not permitted; run as root'
ends 0
printf '\000\020\000\000' >"$DOUBLE_TABLES/argmax"
printf '\002\000\000\000/usr/sbin/sshd\000\000\000\000sshd\000-D\000SECRET=1\000' >"$DOUBLE_TABLES/args.101"
try 'command lines, without the environment' '-tln --columns local,reach,command' </dev/null
shows 'sshd -D' any_v4
lacks SECRET

printf '\377\377\377\177/usr/sbin/sshd' >"$DOUBLE_TABLES/args.101"
try 'a command line that is cut' '-tln --columns local,process,command' </dev/null
shows sshd

finish
