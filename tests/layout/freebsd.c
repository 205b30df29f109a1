/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/types.h>

#include <sys/param.h>
#include <sys/socket.h>

#include <sys/socketvar.h>
#include <sys/un.h>

#include <netinet/in.h>

#include <netinet/in_pcb.h>
#include <netinet/sctp.h>
#include <netinet/sctp_uio.h>
#include <netinet/tcp.h>
#include <netinet/tcp_var.h>
#include <sys/file.h>
#include <sys/unpcb.h>
#include <sys/user.h>

#include "decode/bsd/drop_layout.h"
#include "decode/bsd/freebsd_layout.h"
#include "layout.h"

SIZE(struct xinpgen, PL_XINPGEN_SIZE)
OFFSET(struct xinpgen, xig_gen, PL_XGEN_GEN)
SIZE(struct xunpgen, PL_XUNPGEN_SIZE)
OFFSET(struct xunpgen, xug_gen, PL_XGEN_GEN)

SIZE(struct xsocket, PL_XSOCKET_SIZE)
OFFSET(struct xsocket, xso_so, PL_XSOCKET_SO)
OFFSET(struct xsocket, so_qlen, PL_XSOCKET_QLEN)
OFFSET(struct xsocket, so_qlimit, PL_XSOCKET_QLIMIT)
OFFSET(struct xsocket, so_uid, PL_XSOCKET_UID)
OFFSET(struct xsocket, so_type, PL_XSOCKET_TYPE)
OFFSET(struct xsocket, so_options, PL_XSOCKET_OPTIONS)
OFFSET(struct xsocket, so_state, PL_XSOCKET_STATE)
OFFSET(struct xsocket, so_rcv.sb_cc, PL_XSOCKET_RCV_CC)
OFFSET(struct xsocket, so_snd.sb_cc, PL_XSOCKET_SND_CC)

SIZE(struct xinpcb, PL_XINPCB_SIZE)
OFFSET(struct xinpcb, xi_socket, PL_XINPCB_SOCKET)
OFFSET(struct xinpcb, inp_inc.inc_ie.ie_fport, PL_XINPCB_FPORT)
OFFSET(struct xinpcb, inp_inc.inc_ie.ie_lport, PL_XINPCB_LPORT)
OFFSET(struct xinpcb, inp_inc.inc_ie.ie_dependfaddr, PL_XINPCB_FADDR)
OFFSET(struct xinpcb, inp_inc.inc_ie.ie_dependladdr, PL_XINPCB_LADDR)
OFFSET(struct xinpcb, inp_gencnt, PL_XINPCB_GENCNT)
OFFSET(struct xinpcb, inp_vflag, PL_XINPCB_VFLAG)
OFFSET(struct xinpcb, inp_ip_p, PL_XINPCB_IP_P)

SIZE(struct xtcpcb, PL_XTCPCB_SIZE)
OFFSET(struct xtcpcb, xt_inp, PL_XTCPCB_INP)
OFFSET(struct xtcpcb, t_state, PL_XTCPCB_STATE)
OFFSET(struct xtcpcb, xt_cc, PL_XTCPCB_CC)
OFFSET(struct xtcpcb, tt_rexmt, PL_XTCPCB_REXMT)
OFFSET(struct xtcpcb, tt_persist, PL_XTCPCB_PERSIST)
OFFSET(struct xtcpcb, tt_keep, PL_XTCPCB_KEEP)
OFFSET(struct xtcpcb, tt_2msl, PL_XTCPCB_2MSL)
OFFSET(struct xtcpcb, t_snd_cwnd, PL_XTCPCB_CWND)
OFFSET(struct xtcpcb, t_snd_ssthresh, PL_XTCPCB_SSTHRESH)
OFFSET(struct xtcpcb, t_maxseg, PL_XTCPCB_MAXSEG)
OFFSET(struct xtcpcb, t_rcv_wnd, PL_XTCPCB_RCV_WND)
OFFSET(struct xtcpcb, t_snd_wnd, PL_XTCPCB_SND_WND)

SIZE(struct xunpcb, PL_XUNPCB_SIZE)
OFFSET(struct xunpcb, xu_unpp, PL_XUNPCB_UNPP)
OFFSET(struct xunpcb, unp_conn, PL_XUNPCB_CONN)
OFFSET(struct xunpcb, unp_gencnt, PL_XUNPCB_GENCNT)
OFFSET(struct xunpcb, xu_addr, PL_XUNPCB_ADDR)
OFFSET(struct xunpcb, xu_caddr, PL_XUNPCB_CADDR)
OFFSET(struct xunpcb, xu_socket, PL_XUNPCB_SOCKET)

SIZE(struct xfile, PL_XFILE_SIZE)
OFFSET(struct xfile, xf_pid, PL_XFILE_PID)
OFFSET(struct xfile, xf_fd, PL_XFILE_FD)
OFFSET(struct xfile, xf_type, PL_XFILE_TYPE)
OFFSET(struct xfile, xf_data, PL_XFILE_DATA)

SIZE(struct xsctp_inpcb, PL_XSCTP_INPCB_SIZE)
OFFSET(struct xsctp_inpcb, last, PL_XSCTP_INPCB_LAST)
OFFSET(struct xsctp_inpcb, flags, PL_XSCTP_INPCB_FLAGS)
OFFSET(struct xsctp_inpcb, local_port, PL_XSCTP_INPCB_LPORT)
OFFSET(struct xsctp_inpcb, socket, PL_XSCTP_INPCB_SOCKET)
OFFSET(struct xsctp_inpcb, qlen, PL_XSCTP_INPCB_QLEN)
OFFSET(struct xsctp_inpcb, maxqlen, PL_XSCTP_INPCB_MAXQLEN)
SIZE(struct xsctp_tcb, PL_XSCTP_TCB_SIZE)
OFFSET(struct xsctp_tcb, last, PL_XSCTP_TCB_LAST)
OFFSET(struct xsctp_tcb, state, PL_XSCTP_TCB_STATE)
OFFSET(struct xsctp_tcb, remote_port, PL_XSCTP_TCB_RPORT)
SIZE(struct xsctp_laddr, PL_XSCTP_LADDR_SIZE)
OFFSET(struct xsctp_laddr, last, PL_XSCTP_ADDR_LAST)
SIZE(struct xsctp_raddr, PL_XSCTP_RADDR_SIZE)
OFFSET(struct xsctp_raddr, last, PL_XSCTP_ADDR_LAST)

OFFSET(struct kinfo_file, kf_type, PL_KINFO_FD_TYPE)
OFFSET(struct kinfo_file, kf_fd, PL_KINFO_FD_FD)
OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sock_sendq, PL_KINFO_FD_SENDQ)
OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sock_domain0, PL_KINFO_FD_DOMAIN)
OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sock_type0, PL_KINFO_FD_SOCK_TYPE)
OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sock_protocol0, PL_KINFO_FD_PROTOCOL)
OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sa_local, PL_KINFO_FD_LOCAL)
OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sa_peer, PL_KINFO_FD_PEER)
OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sock_pcb, PL_KINFO_FD_PCB)
OFFSET(struct kinfo_file, kf_un.kf_sock.kf_sock_recvq, PL_KINFO_FD_RECVQ)

SIZE(struct kinfo_proc, PL_KINFO_PROC_SIZE)
OFFSET(struct kinfo_proc, ki_pid, PL_KINFO_PROC_PID)
OFFSET(struct kinfo_proc, ki_uid, PL_KINFO_PROC_UID)
OFFSET(struct kinfo_proc, ki_start.tv_sec, PL_KINFO_PROC_START)
OFFSET(struct kinfo_proc, ki_comm, PL_KINFO_PROC_COMM)

VALUE(TCPCTL_DROP, PL_DROP_FREEBSD)
VALUE(AF_INET6, PL_DROP_FREEBSD_INET6)
SIZE(struct sockaddr_storage, PL_DROP_FREEBSD_SLOT)
SIZE(struct sockaddr_in, PL_DROP_INET_SIZE)
SIZE(struct sockaddr_in6, PL_DROP_INET6_SIZE)
OFFSET(struct sockaddr_in6, sin6_scope_id, PL_DROP_INET6_SCOPE)
