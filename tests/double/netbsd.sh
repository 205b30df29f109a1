#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# NetBSD: source/bsd/netbsd.c.
# shellcheck source=tests/double/lib.sh
. "$(dirname -- "$0")/lib.sh"

tables netbsd-7.99-amd64-more netbsd-7.99-amd64

try 'all tables, the owners of 57 descriptors among them' -tunapx </dev/null
same
says
ends 0
calls kern.file2.bypid read 1

# Since NetBSD 9, the kernel reports addresses only to a process that has opened its memory.
[ "$(head -n 1 "$DOUBLE_LOG")" = 'kmem open 0' ] || fail 'does not open the memory of the kernel first'

record
chaos 24 net.inet.tcp.pcblist net.inet6.tcp6.pcblist net.inet.udp.pcblist net.local.stream.pcblist net.inet.raw.pcblist
refuse net.inet.tcp.pcblist net.inet6.tcp6.pcblist net.inet.udp.pcblist net.inet6.udp6.pcblist \
    net.inet.raw.pcblist net.inet6.raw6.pcblist net.local.stream.pcblist net.local.dgram.pcblist \
    net.local.seqpacket.pcblist kern.file2.bypid kern.proc2

try 'a table that grows once' -tunap <<'END'
kern.file2.bypid 2 3 grown 100000
END
same
says
ends 0
calls kern.file2.bypid read 2

try 'a table that grows in each attempt: only the owners are missing' -tunap <<'END'
kern.file2.bypid 1 0 growing 20000
END
shows tcp udp
ends 0

try 'one table of a protocol is refused' -tunap <<'END'
net.inet6.tcp6.pcblist 1 1 error 1
END
shows 'tcp ' udp
says 'portls: cannot read IPv6 TCP sockets: Operation not permitted; run as root'
ends 0

try 'no memory can be locked for one table' -tunap <<'END'
net.inet.tcp.pcblist 2 2 error 12
net.inet.tcp.pcblist 4 4 error 12
END
shows 'tcp6 ' udp
says 'portls: cannot read IPv4 TCP sockets: No buffer space available'
ends 0

try 'a record that is cut' -tunap <<'END'
net.inet.udp.pcblist 2 2 cut 1000
END
shows tcp udp
says 'portls: the data of IPv4 UDP sockets is damaged: listing only the part before the damage'

try 'signals' -tunap <<'END'
kern.proc2 1 1 error 4
kern.proc2 3 3 error 4
END
same
says
ends 0

DOUBLE_UID=1000
printf '\001\000\000\000' >"$DOUBLE_TABLES/security.curtain"
try 'a user from whom others are hidden' -tunap </dev/null
says 'portls: sockets of other users are hidden (sysctl security.curtain); run as root' \
    'portls: owners of 1 socket are hidden; run as root'

printf 'srvd\000-x\000two words\000' >"$DOUBLE_TABLES/args.2"
printf '/usr/sbin/srvd\000' >"$DOUBLE_TABLES/pathname.2"
try 'command lines and executables' '-tln --columns local,reach,exe,command' </dev/null
shows '/usr/sbin/srvd' 'srvd -x two words' any_v4

finish
