/* net.h -- the connections of one party: a port others connect to, the one
 * connection it makes itself, and who a message without a connection is for.
 *
 * A reply to a message goes back where that came from.  Any other message
 * names a session, and goes to the connection the session was last heard on;
 * if that is gone it is lost, as messages are, and whoever waits asks again. */
#ifndef SEMPER_PEERS_NET_H
#define SEMPER_PEERS_NET_H

#include <poll.h>

#include "stream.h"

#define NET_PEERS 64
#define NET_ROUTES 4096
#define NET_SLOTS (NET_PEERS + 1) /* the last one is upstream */
#define NET_UPSTREAM NET_PEERS

struct net {
	const char *upstream; /* HOST:PORT, NULL: none */
	int listener;         /* -1: none */
	struct stream slot[NET_SLOTS];
	unsigned long serial[NET_SLOTS], n_serials; /* one per connection */
	struct {
		uint8_t session[SEMPER_SESSION_SIZE];
		unsigned slot;
		unsigned long serial;
	} route[NET_ROUTES]; /* a ring */
	size_t n_routes;
	struct pollfd poll[NET_SLOTS + 1];
};

/* LISTEN may be NULL.  False, and a sentence on standard error, if nobody can
 * listen there. */
bool net_open(struct net *net, const char *listen, const char *upstream);
void net_close(struct net *net);

/* Wait until something happens, at most MS milliseconds, then accept, connect
 * and send.  Slots with net_readable are to be read. */
void net_wait(struct net *net, int ms, time_t now);
bool net_readable(const struct net *net, unsigned slot);

/* Whole messages of a slot, one after the other; false if there is none now.
 * A slot that has failed is closed. */
bool net_read(struct net *net, unsigned slot, time_t now);
void net_taken(struct net *net, unsigned slot);

/* SESSION was heard on SLOT. */
void net_learn(struct net *net, struct semper_bytes session, unsigned slot);

/* Send to a slot, connecting upstream if need be; to where a session was
 * heard; false if the message is lost. */
bool net_send(struct net *net, unsigned slot, struct semper_bytes msg,
    time_t now);
bool net_send_session(struct net *net, struct semper_bytes session,
    struct semper_bytes msg, time_t now);

#endif
