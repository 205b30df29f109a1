/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocols of raw, packet and netlink sockets. IP protocols: IANA "Assigned Internet Protocol
 * Numbers"; EtherTypes: IEEE 802 numbers and include/uapi/linux/if_ether.h; netlink:
 * include/uapi/linux/netlink.h. Only common ones; others are printed as numbers.
 */
#include "api/library.h"

#include "array.h"

struct name {
    uint32_t number;
    const char *name;
};

static const struct name ip[] = {
    {0, "ip"},           {1, "icmp"},       {2, "igmp"},   {4, "ipip"},       {6, "tcp"},
    {8, "egp"},          {17, "udp"},       {33, "dccp"},  {41, "ipv6"},      {46, "rsvp"},
    {47, "gre"},         {50, "esp"},       {51, "ah"},    {58, "ipv6-icmp"}, {88, "eigrp"},
    {89, "ospf"},        {94, "ipip"},      {98, "encap"}, {103, "pim"},      {108, "ipcomp"},
    {112, "vrrp"},       {115, "l2tp"},     {124, "isis"}, {132, "sctp"},     {136, "udplite"},
    {137, "mpls-in-ip"}, {143, "ethernet"}, {255, "raw"},
};

static const struct name ethertypes[] = {
    {0, "none"},          {0x0001, "802.3"},      {0x0002, "ax25"},     {0x0003, "all"},
    {0x0004, "802.2"},    {0x000c, "can"},        {0x000d, "canfd"},    {0x0800, "ip"},
    {0x0806, "arp"},      {0x8035, "rarp"},       {0x809b, "atalk"},    {0x8100, "vlan"},
    {0x8137, "ipx"},      {0x86dd, "ipv6"},       {0x8809, "slow"},     {0x8847, "mpls"},
    {0x8848, "mpls-mc"},  {0x8863, "pppoe-disc"}, {0x8864, "pppoe"},    {0x888e, "eapol"},
    {0x8892, "profinet"}, {0x88a2, "aoe"},        {0x88a8, "qinq"},     {0x88b8, "goose"},
    {0x88cc, "lldp"},     {0x88e5, "macsec"},     {0x88f7, "ptp"},      {0x8906, "fcoe"},
    {0x8914, "fip"},      {0x893a, "ieee1905"},   {0x9000, "loopback"},
};

static const struct name netlinks[] = {
    {0, "route"},      {1, "unused"},         {2, "usersock"},    {3, "firewall"},
    {4, "sock_diag"},  {5, "nflog"},          {6, "xfrm"},        {7, "selinux"},
    {8, "iscsi"},      {9, "audit"},          {10, "fib_lookup"}, {11, "connector"},
    {12, "netfilter"}, {13, "ip6_fw"},        {14, "dnrtmsg"},    {15, "kobject_uevent"},
    {16, "generic"},   {18, "scsitransport"}, {19, "ecryptfs"},   {20, "rdma"},
    {21, "crypto"},    {22, "smc"},
};

static const char *name_of(const struct name *names, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i].number == number)
            return names[i].name;
    }
    return NULL;
}

const char *pl_protocol_name(unsigned int proto, uint64_t number)
{
    switch (proto) {
    case PL_PROTO_RAW:
        return name_of(ip, COUNT_OF(ip), number);
    case PL_PROTO_PACKET:
        return name_of(ethertypes, COUNT_OF(ethertypes), number);
    case PL_PROTO_NETLINK:
        return name_of(netlinks, COUNT_OF(netlinks), number);
    default:
        return NULL;
    }
}
