/* dump.h -- the state tables as text. */
#ifndef SEMPER_ADAPTER_DUMP_H
#define SEMPER_ADAPTER_DUMP_H

/* Print role|state|event|profiles|next|requirement, one line for each row in
 * the order of the tables.  0, the exit status. */
int dump_states(void);

#endif
