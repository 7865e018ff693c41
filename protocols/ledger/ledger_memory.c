/* ledger_memory.c -- a ledger as an immutable balanced tree.
 *
 * Nothing in a tree ever changes.  A commit makes a new tree that shares with
 * the old one all but the paths to what it wrote; only if that succeeds does
 * the ledger's root move.  So a commit is atomic, a view is a root, and a copy
 * of a ledger takes constant time and space.  What is shared is counted.
 *
 * The tree is an AVL tree: the heights of two siblings differ by at most 1.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/must.h"
#include "ledger/backend.h"

struct entry {
	atomic_size_t refs;
	char table[SEMPER_LEDGER_TABLE_MAX + 1];
	uint64_t version;
	size_t key_len, value_len;
	uint8_t octets[]; /* key, then value */
};

struct node {
	atomic_size_t refs;
	struct node *child[2]; /* what comes before, what comes after */
	struct entry *entry;
	int height;
};

struct memory {
	struct node *root; /* NULL: empty */
};

/* Stands for a tree that could not be made. */
static struct node failed;

/* ---- entries ---- */

static struct semper_bytes
key_of(const struct entry *e)
{
	return SEMPER_BYTES(e->octets, e->key_len);
}

static struct semper_bytes
value_of(const struct entry *e)
{
	return SEMPER_BYTES(e->octets + e->key_len, e->value_len);
}

static struct entry *
entry_new(const struct semper_effect *effect)
{
	size_t n = effect->key.len + effect->value.len;
	struct entry *e = malloc(sizeof *e + n);

	if (e == NULL)
		return NULL;
	atomic_init(&e->refs, 1);
	strcpy(e->table, effect->table);
	e->version = effect->version + 1;
	e->key_len = effect->key.len;
	e->value_len = effect->value.len;
	memcpy(e->octets, effect->key.data, effect->key.len);
	if (effect->value.len > 0)
		memcpy(e->octets + e->key_len, effect->value.data,
		    effect->value.len);
	return e;
}

static void
entry_release(struct entry *e)
{
	if (atomic_fetch_sub(&e->refs, 1) > 1)
		return;
	semper_wipe(e->octets, e->key_len + e->value_len);
	free(e);
}

/* Less than, equal to or greater than 0 as (TABLE, KEY) comes before, is, or
 * comes after E. */
static int
order(const char *table, struct semper_bytes key, const struct entry *e)
{
	size_t n = key.len < e->key_len ? key.len : e->key_len;
	int c = strcmp(table, e->table);

	if (c == 0)
		c = memcmp(key.data, e->octets, n);
	if (c == 0)
		c = (key.len > e->key_len) - (key.len < e->key_len);
	return c;
}

/* ---- trees ---- */

static struct node *
retain(struct node *n)
{
	if (n != NULL)
		atomic_fetch_add(&n->refs, 1);
	return n;
}

static void
release(struct node *n)
{
	if (n == NULL || n == &failed || atomic_fetch_sub(&n->refs, 1) > 1)
		return;
	release(n->child[0]);
	release(n->child[1]);
	entry_release(n->entry);
	free(n);
}

static int
height(const struct node *n)
{
	return n == NULL ? 0 : n->height;
}

/* The node of E with A on side SIDE and B on the other.  Takes over A and B,
 * also if it fails; E is shared. */
static struct node *
join(int side, struct node *a, struct entry *e, struct node *b)
{
	struct node *n = NULL;

	if (a != &failed && b != &failed)
		n = malloc(sizeof *n);
	if (n == NULL) {
		release(a);
		release(b);
		return &failed;
	}
	atomic_init(&n->refs, 1);
	atomic_fetch_add(&e->refs, 1);
	n->entry = e;
	n->child[side] = a;
	n->child[!side] = b;
	n->height = 1 + (height(a) > height(b) ? height(a) : height(b));
	return n;
}

/* The same where A may be higher than B by 2: rotate. */
static struct node *
balance(int side, struct node *a, struct entry *e, struct node *b)
{
	struct node *outer, *inner, *n;

	if (height(a) <= height(b) + 1)
		return join(side, a, e, b);
	outer = retain(a->child[side]);
	inner = a->child[!side];
	if (height(outer) >= height(inner))
		n = join(side, outer, a->entry,
		    join(side, retain(inner), e, b));
	else
		n = join(side,
		    join(side, outer, a->entry, retain(inner->child[side])),
		    inner->entry,
		    join(side, retain(inner->child[!side]), e, b));
	release(a);
	return n;
}

/* The tree N with E in it, in the place of an entry with the same key. */
static struct node *
with(struct node *n, struct entry *e)
{
	int c, side;

	if (n == NULL)
		return join(0, NULL, e, NULL);
	c = order(e->table, key_of(e), n->entry);
	if (c == 0)
		return join(0, retain(n->child[0]), e, retain(n->child[1]));
	side = c > 0;
	return balance(side, with(n->child[side], e), n->entry,
	    retain(n->child[!side]));
}

static const struct entry *
find(const struct node *n, const char *table, struct semper_bytes key)
{
	int c;

	while (n != NULL) {
		c = order(table, key, n->entry);
		if (c == 0)
			return n->entry;
		n = n->child[c > 0];
	}
	return NULL;
}

/* ---- the operations ---- */

static semper_err
begin(void *state, void **snapshot)
{
	struct memory *m = state;

	*snapshot = retain(m->root);
	return SEMPER_OK;
}

static void
end(void *state, void *snapshot)
{
	(void)state;
	release(snapshot);
}

static semper_err
get(void *state, void *snapshot, struct semper_record *out,
    struct semper_buffer *arena)
{
	const struct entry *e = find(snapshot, out->table, out->key);

	(void)state;
	if (e == NULL)
		return SEMPER_OK;
	TRY(semper_arena_copy(arena, &out->value, value_of(e)));
	out->version = e->version;
	return SEMPER_OK;
}

struct walk {
	const char *table; /* NULL: all */
	struct semper_bytes prefix;
	semper_view_visit *visit;
	void *ctx;
};

/* Does E come before (< 0), belong to (0) or come after (> 0) the walk? */
static int
place(const struct walk *w, const struct entry *e)
{
	size_t n = w->prefix.len < e->key_len ? w->prefix.len : e->key_len;
	int c;

	if (w->table == NULL)
		return 0;
	c = strcmp(e->table, w->table);
	if (c == 0 && n > 0)
		c = memcmp(e->octets, w->prefix.data, n);
	return c == 0 && e->key_len < w->prefix.len ? -1 : c;
}

static semper_err
walk_tree(const struct walk *w, const struct node *n)
{
	struct semper_record r;
	int c;

	if (n == NULL)
		return SEMPER_OK;
	c = place(w, n->entry);
	if (c >= 0)
		TRY(walk_tree(w, n->child[0]));
	if (c == 0) {
		r = (struct semper_record){n->entry->table, key_of(n->entry),
		    value_of(n->entry), n->entry->version};
		TRY(w->visit(w->ctx, &r));
	}
	return c <= 0 ? walk_tree(w, n->child[1]) : SEMPER_OK;
}

static semper_err
each(void *state, void *snapshot, const char *table,
    struct semper_bytes prefix, semper_view_visit *visit, void *ctx)
{
	struct walk w = {table, prefix, visit, ctx};

	(void)state;
	return walk_tree(&w, snapshot);
}

static bool
versions_hold(const struct node *root, const struct semper_effect *list,
    size_t n)
{
	const struct entry *e;

	for (; n > 0; n--, list++) {
		e = find(root, list->table, list->key);
		if ((e == NULL ? 0 : e->version) != list->version)
			return false;
	}
	return true;
}

/* ROOT, taken over, with the records that LIST writes. */
static struct node *
with_all(struct node *root, const struct semper_effect *list, size_t n)
{
	struct entry *e;
	struct node *next;

	for (; n > 0 && root != &failed; n--, list++) {
		if (list->value.data == NULL)
			continue;
		e = entry_new(list);
		next = e == NULL ? &failed : with(root, e);
		if (e != NULL)
			entry_release(e);
		release(root);
		root = next;
	}
	return root;
}

static semper_err
commit(void *state, const struct semper_effect *list, size_t n)
{
	struct memory *m = state;
	struct node *next;

	if (!versions_hold(m->root, list, n))
		return SEMPER_E_CONFLICT;
	next = with_all(retain(m->root), list, n);
	if (next == &failed)
		return SEMPER_E_MEMORY;
	release(m->root);
	m->root = next;
	return SEMPER_OK;
}

static semper_err
copy(void *state, struct semper_ledger *out)
{
	const struct memory *m = state;

	TRY(semper_ledger_memory(out));
	((struct memory *)out->state)->root = retain(m->root);
	return SEMPER_OK;
}

static void
close_memory(void *state)
{
	struct memory *m = state;

	release(m->root);
	free(m);
}

static const struct semper_ledger_ops memory_ops = {
    begin, end, get, each, commit, copy, close_memory};

semper_err
semper_ledger_memory(struct semper_ledger *out)
{
	struct memory *m = calloc(1, sizeof *m);

	if (m == NULL)
		return SEMPER_E_MEMORY;
	*out = (struct semper_ledger){&memory_ops, m};
	return SEMPER_OK;
}
