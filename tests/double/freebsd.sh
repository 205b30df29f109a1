#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# FreeBSD: source/bsd/freebsd.c.
# shellcheck source=tests/double/lib.sh
. "$(dirname -- "$0")/lib.sh"

tables freebsd-14-amd64-more freebsd-14-amd64
rm "$DOUBLE_TABLES"/jails "$DOUBLE_TABLES"/security.*
cp "$DOUBLE_TABLES/net.inet.udp.pcblist" "$scratch/udp"

try 'all tables' -tunapx </dev/null
same
says
ends 0
calls net.inet.tcp.pcblist probe 1
calls net.inet.tcp.pcblist read 1

record
chaos 24 net.inet.tcp.pcblist net.inet.udp.pcblist net.local.stream.pcblist net.local.dgram.pcblist net.local.seqpacket.pcblist net.inet.raw.pcblist
refuse net.inet.tcp.pcblist net.inet.udp.pcblist net.inet.raw.pcblist net.local.stream.pcblist \
    net.local.dgram.pcblist net.local.seqpacket.pcblist kern.file kern.proc.proc

try 'a table that grows once' -tunap <<'END'
net.inet.tcp.pcblist 2 3 grown 100000
END
same
says
ends 0
calls net.inet.tcp.pcblist probe 2
calls net.inet.tcp.pcblist read 2

tab=$(printf '\t')
try 'SCTP, whose table grows once' '-San --tsv --columns local,peer,state,process' <<'END'
net.inet.sctp.assoclist 2 3 grown 100000
END
same
says
shows "0.0.0.0:3868${tab}*:*${tab}LISTEN${tab}srvd;srvd" \
    "0.0.0.0:3868${tab}10.0.0.2:4003${tab}ESTABLISHED${tab}srvd;srvd"
ends 0
calls net.inet.sctp.assoclist read 2

try 'SCTP is refused: descriptors have some of it' -Sanp <<'END'
net.inet.sctp.assoclist 1 0 error 1
END
says
calls net.inet.sctp.assoclist read 0
ends 0

try 'a table that grows in each attempt: only that table is missing' -tunap <<'END'
net.inet.tcp.pcblist 1 0 growing 20000
END
shows udp
lacks tcp
says 'portls: cannot read TCP sockets: Resource temporarily unavailable; run it again'
ends 0

try 'vm.max_user_wired: only the table that needs more is missing' -tunap <<'END'
net.inet.tcp.pcblist 2 2 error 12
net.inet.tcp.pcblist 4 4 error 12
END
shows udp
lacks tcp
says 'portls: cannot read TCP sockets: No buffer space available; raise sysctl vm.max_user_wired'
ends 0
calls net.inet.tcp.pcblist read 2

try 'a buffer that could not be locked once' -tunap <<'END'
net.inet.tcp.pcblist 2 2 error 12
END
same
says
ends 0

try 'a size beyond the memory of the machine' -tunap <<'END'
net.inet.tcp.pcblist 1 0 claim 70368744177663
END
shows udp
lacks tcp
says 'portls: cannot read TCP sockets: No buffer space available; raise sysctl vm.max_user_wired'
ends 0

try 'signals' -tunap <<'END'
net.inet.tcp.pcblist 1 2 error 4
net.inet.tcp.pcblist 4 4 error 4
END
same
says
ends 0
calls net.inet.tcp.pcblist read 2

try 'a table that is refused' -tunap <<'END'
net.inet.tcp.pcblist 1 1 error 1
END
shows udp
lacks tcp
says 'portls: cannot read TCP sockets: Operation not permitted; run as root'
ends 0

try 'a table that vanishes after its numbers were looked up' -tunap <<'END'
net.inet.tcp.pcblist 2 2 error 2
END
shows udp
lacks tcp
says 'portls: cannot read TCP sockets: No such file or directory'
ends 0

try 'owners that are refused' -tunap <<'END'
kern.file 1 1 error 1
END
shows tcp udp
ends 0

try 'sockets that come and go while a table is read' -tunap <<'END'
net.inet.tcp.pcblist 2 2 poke -48
net.inet.tcp.pcblist 4 4 poke -48
END
same
says
ends 0
calls net.inet.tcp.pcblist read 3

try 'sockets that come and go in each attempt' -tunap <<'END'
net.inet.tcp.pcblist 1 0 poke -48
END
same
says 'portls: TCP sockets changed while being read; run it again'
ends 0
calls net.inet.tcp.pcblist read 5

try 'a table that is cut' -tunap <<'END'
net.inet.udp.pcblist 2 2 cut 2000
END
shows tcp udp
says 'portls: the data of UDP sockets is damaged: listing only the part before the damage'

try 'a table that shrinks after its size was asked for' -tunap <<END
net.inet.tcp.pcblist 2 2 file $scratch/udp
END
says 'portls: unsupported layout of TCP sockets: records of 400 bytes; report it with a recording (--record DIR)'

rm "$DOUBLE_TABLES/net.inet.udp.pcblist"
try 'a table that the kernel lacks' -tunap </dev/null
shows tcp
ends 0


# ---- what hides sockets ----

tables freebsd-14-amd64-more freebsd-14-amd64

# set_only NAME OCTAL: a sysctl, and no other setting or jail hides anything.
set_only()
{
    rm -f "$DOUBLE_TABLES"/jails "$DOUBLE_TABLES"/security.*
    printf "\\$2\\000\\000\\000" >"$DOUBLE_TABLES/$1"
}

# The kernel then omits descriptors of other processes.
printf 'kern.file 1 0 cut 5120\n' >"$scratch/fewer"
for setting in see_other_uids:'other users' see_other_gids:'other users' see_jail_proc:jails; do
    sysctl=security.bsd.${setting%%:*}
    set_only "$sysctl" 000
    DOUBLE_UID=1000
    try "$sysctl=0 for a user" -tunap <"$scratch/fewer"
    says "portls: sockets of ${setting#*:} are hidden (sysctl $sysctl); run as root" \
        'portls: owners of 21 sockets are hidden; run as root'
    DOUBLE_UID=0
    try "$sysctl=0 for root" -tunap <"$scratch/fewer"
    says
    set_only "$sysctl" 001
    DOUBLE_UID=1000
    try "$sysctl=1 for a user" -tunap <"$scratch/fewer"
    says
done

DOUBLE_UID=0
set_only security.jail.jailed 001
try 'inside a jail, as root' -tunap </dev/null
says 'portls: sockets outside this jail are hidden; run outside the jail'

set_only security.jail.jailed 000
printf '\003\000\000\000\001\000\000\000\005\000\000\000\002\000\000\000\011\000\000\000\001\000\000\000' \
    >"$DOUBLE_TABLES/jails"
try 'two jails with a network stack, and one without' -tunap </dev/null
says 'portls: sockets of 2 jails with a separate network stack are not listed; run portls in the jail with jexec(8)'
calls jails read 4

try 'a kernel without such jails' -tunap <<'END'
jails 1 0 error 22
END
says

try 'jails that are refused' -tunap <<'END'
jails 2 2 error 1
END
says 'portls: cannot read jails: Operation not permitted; run as root'

printf 'srvd\000-x\000two words\000' >"$DOUBLE_TABLES/args.13"
printf '/usr/sbin/srvd\000' >"$DOUBLE_TABLES/pathname.13"
try 'command lines and executables; the other processes have ended' '-tln --columns local,exe,command' </dev/null
shows '/usr/sbin/srvd' 'srvd -x two words'
ends 0

try 'a command line that is refused' '-tln --columns local,exe,process,command' <<'END'
args.13 1 0 error 1
END
shows '/usr/sbin/srvd' srvd
lacks two
ends 0

try 'addresses of interfaces' '-tln --columns local,reach' </dev/null
shows '[fe80::1%lo0]:8081 link_local' '0.0.0.0:22         any_v4' '127.0.0.1:8080     loopback'
ends 0

rm "$DOUBLE_TABLES/net.inet.udplite.pcblist" "$DOUBLE_TABLES/net.inet.sctp.assoclist" "$DOUBLE_TABLES/jails"
dd if="$recordings/freebsd-14-amd64-edited/freebsd/kern.proc.filedesc" of="$DOUBLE_TABLES/filedesc.13" \
    bs=1 skip=12 count=1924 status=none
try 'UDP-Lite and SCTP, which have no tables' -USanp </dev/null
shows 'udplite6      0      0 [::1]:7001         [::1]:41000     ESTABLISHED 13/srvd' \
    'sctp6         0      0 [fe80::1%lo0]:5000 *:*             -           13/srvd'
says
ends 0

try 'the descriptors of a process are refused' -Uanp <<'END'
filedesc.13 1 0 error 1
END
says 'portls: sockets of other users are hidden (UDP-Lite sockets of processes); run as root'
ends 0

finish
