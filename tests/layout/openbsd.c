/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/types.h>

#include <sys/param.h>
#include <sys/sysctl.h>

#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/timeout.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/tcp_timer.h>
#include <netinet/tcp_var.h>

#include "decode/bsd/drop_layout.h"
#include "decode/bsd/openbsd_layout.h"
#include "layout.h"

SIZE(struct kinfo_file, PL_KINFO_FILE_SIZE)
OFFSET(struct kinfo_file, f_type, PL_KINFO_FILE_TYPE)
OFFSET(struct kinfo_file, f_count, PL_KINFO_FILE_COUNT)
OFFSET(struct kinfo_file, f_uid, PL_KINFO_FILE_UID)
OFFSET(struct kinfo_file, so_type, PL_KINFO_FILE_SO_TYPE)
OFFSET(struct kinfo_file, so_state, PL_KINFO_FILE_SO_STATE)
OFFSET(struct kinfo_file, so_pcb, PL_KINFO_FILE_SO_PCB)
OFFSET(struct kinfo_file, so_protocol, PL_KINFO_FILE_SO_PROTO)
OFFSET(struct kinfo_file, so_family, PL_KINFO_FILE_SO_FAMILY)
OFFSET(struct kinfo_file, inp_lport, PL_KINFO_FILE_LPORT)
OFFSET(struct kinfo_file, inp_laddru, PL_KINFO_FILE_LADDR)
OFFSET(struct kinfo_file, inp_fport, PL_KINFO_FILE_FPORT)
OFFSET(struct kinfo_file, inp_faddru, PL_KINFO_FILE_FADDR)
OFFSET(struct kinfo_file, unp_conn, PL_KINFO_FILE_UNP_CONN)
OFFSET(struct kinfo_file, p_pid, PL_KINFO_FILE_PID)
OFFSET(struct kinfo_file, fd_fd, PL_KINFO_FILE_FD)
OFFSET(struct kinfo_file, p_uid, PL_KINFO_FILE_P_UID)
OFFSET(struct kinfo_file, p_comm, PL_KINFO_FILE_COMM)
OFFSET(struct kinfo_file, so_rcv_cc, PL_KINFO_FILE_RCV_CC)
OFFSET(struct kinfo_file, so_snd_cc, PL_KINFO_FILE_SND_CC)
OFFSET(struct kinfo_file, unp_path, PL_KINFO_FILE_PATH)
OFFSET(struct kinfo_file, inp_proto, PL_KINFO_FILE_INP_PROTO)
OFFSET(struct kinfo_file, t_state, PL_KINFO_FILE_T_STATE)

VALUE(TCPCTL_DROP, PL_DROP_OPENBSD)
VALUE(AF_INET6, PL_DROP_OPENBSD_INET6)
SIZE(struct sockaddr_storage, PL_DROP_OPENBSD_SLOT)
SIZE(struct tcp_ident_mapping, PL_DROP_OPENBSD_SIZE)
OFFSET(struct tcp_ident_mapping, laddr, PL_DROP_OPENBSD_SLOT)
SIZE(struct sockaddr_in, PL_DROP_INET_SIZE)
SIZE(struct sockaddr_in6, PL_DROP_INET6_SIZE)
OFFSET(struct sockaddr_in6, sin6_scope_id, PL_DROP_INET6_SCOPE)
