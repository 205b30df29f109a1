/* SPDX-License-Identifier: BSD-2-Clause */
/* libproc only: the pcblist_n items are in no header that macOS ships. */
#include <sys/types.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <netinet/in.h>

#include <sys/proc_info.h>

#include "decode/bsd/darwin_layout.h"
#include "layout.h"

SIZE(struct socket_fdinfo, PL_FDINFO_SIZE)
OFFSET(struct socket_fdinfo, psi.soi_so, PL_FDINFO_SO)
OFFSET(struct socket_fdinfo, psi.soi_pcb, PL_FDINFO_PCB)
OFFSET(struct socket_fdinfo, psi.soi_type, PL_FDINFO_TYPE)
OFFSET(struct socket_fdinfo, psi.soi_protocol, PL_FDINFO_PROTOCOL)
OFFSET(struct socket_fdinfo, psi.soi_family, PL_FDINFO_FAMILY)
OFFSET(struct socket_fdinfo, psi.soi_options, PL_FDINFO_OPTIONS)
OFFSET(struct socket_fdinfo, psi.soi_qlen, PL_FDINFO_QLEN)
OFFSET(struct socket_fdinfo, psi.soi_qlimit, PL_FDINFO_QLIMIT)
OFFSET(struct socket_fdinfo, psi.soi_rcv.sbi_cc, PL_FDINFO_RCV_CC)
OFFSET(struct socket_fdinfo, psi.soi_snd.sbi_cc, PL_FDINFO_SND_CC)
OFFSET(struct socket_fdinfo, psi.soi_kind, PL_FDINFO_KIND)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_in.insi_fport, PL_FDINFO_FPORT)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_in.insi_lport, PL_FDINFO_LPORT)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_in.insi_vflag, PL_FDINFO_VFLAG)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_in.insi_faddr, PL_FDINFO_FADDR)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_in.insi_laddr, PL_FDINFO_LADDR)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_tcp.tcpsi_state, PL_FDINFO_TCP_STATE)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_un.unsi_conn_pcb, PL_FDINFO_UN_CONN_PCB)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_un.unsi_addr, PL_FDINFO_UN_ADDR)
OFFSET(struct socket_fdinfo, psi.soi_proto.pri_un.unsi_caddr, PL_FDINFO_UN_CADDR)
SIZE(struct proc_bsdshortinfo, PL_SHORTINFO_SIZE)
OFFSET(struct proc_bsdshortinfo, pbsi_comm, PL_SHORTINFO_COMM)
OFFSET(struct proc_bsdshortinfo, pbsi_uid, PL_SHORTINFO_UID)
