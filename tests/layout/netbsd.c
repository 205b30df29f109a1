/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/types.h>

#include <sys/param.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/un.h>

#include <netinet/in.h>

#include <sys/socketvar.h>

#include <netinet/ip_var.h>
#include <netinet/tcp.h>
#include <netinet/tcp_timer.h>
#include <netinet/tcp_var.h>

#include "decode/bsd/drop_layout.h"
#include "decode/bsd/netbsd_layout.h"
#include "layout.h"

SIZE(struct kinfo_pcb, PL_KINFO_PCB_SIZE)
OFFSET(struct kinfo_pcb, ki_pcbaddr, PL_KINFO_PCB_PCBADDR)
OFFSET(struct kinfo_pcb, ki_sockaddr, PL_KINFO_PCB_SOCKADDR)
OFFSET(struct kinfo_pcb, ki_family, PL_KINFO_PCB_FAMILY)
OFFSET(struct kinfo_pcb, ki_type, PL_KINFO_PCB_TYPE)
OFFSET(struct kinfo_pcb, ki_protocol, PL_KINFO_PCB_PROTOCOL)
OFFSET(struct kinfo_pcb, ki_pflags, PL_KINFO_PCB_PFLAGS)
OFFSET(struct kinfo_pcb, ki_sostate, PL_KINFO_PCB_SOSTATE)
OFFSET(struct kinfo_pcb, ki_tstate, PL_KINFO_PCB_TSTATE)
OFFSET(struct kinfo_pcb, ki_rcvq, PL_KINFO_PCB_RCVQ)
OFFSET(struct kinfo_pcb, ki_sndq, PL_KINFO_PCB_SNDQ)
OFFSET(struct kinfo_pcb, ki_s, PL_KINFO_PCB_SRC)
OFFSET(struct kinfo_pcb, ki_d, PL_KINFO_PCB_DST)
OFFSET(struct kinfo_pcb, ki_vnode, PL_KINFO_PCB_VNODE)
OFFSET(struct kinfo_pcb, ki_conn, PL_KINFO_PCB_CONN)

SIZE(struct kinfo_file, PL_KINFO_FILE_SIZE)
OFFSET(struct kinfo_file, ki_ftype, PL_KINFO_FILE_FTYPE)
OFFSET(struct kinfo_file, ki_fuid, PL_KINFO_FILE_FUID)
OFFSET(struct kinfo_file, ki_fdata, PL_KINFO_FILE_FDATA)
OFFSET(struct kinfo_file, ki_pid, PL_KINFO_FILE_PID)
OFFSET(struct kinfo_file, ki_fd, PL_KINFO_FILE_FD)

/* Releases append members, so its size is not compared. */
OFFSET(struct kinfo_proc2, p_pid, PL_KINFO_PROC2_PID)
OFFSET(struct kinfo_proc2, p_uid, PL_KINFO_PROC2_UID)
OFFSET(struct kinfo_proc2, p_ustart_sec, PL_KINFO_PROC2_START)
OFFSET(struct kinfo_proc2, p_comm, PL_KINFO_PROC2_COMM)

VALUE(TCPCTL_DROP, PL_DROP_NETBSD)
VALUE(AF_INET6, PL_DROP_NETBSD_INET6)
SIZE(struct sockaddr_storage, PL_DROP_NETBSD_SLOT)
SIZE(struct sockaddr_in, PL_DROP_INET_SIZE)
SIZE(struct sockaddr_in6, PL_DROP_INET6_SIZE)
OFFSET(struct sockaddr_in6, sin6_scope_id, PL_DROP_INET6_SCOPE)
