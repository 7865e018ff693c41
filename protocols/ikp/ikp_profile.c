#include "ikp/ikp_profile.h"

#include <string.h>

const struct ikp_algorithms ikp_algorithms[3] = {
    [IKP_EC95] = {IKP_EC95, "IKP-Historic", SEMPER_SHA1, IKP_HASH_SHA1, false,
	false, false, &semper_path_ec95},
    [IKP_JSAC] = {IKP_JSAC, "IKP-Historic", SEMPER_SHA1, IKP_HASH_SHA1, false,
	true, false, &semper_path_jsac},
    [IKP_HARD] = {IKP_HARD, "IKP", SEMPER_SHA256, IKP_HASH_SHA256, true, true,
	true, &semper_path_hard},
};

const struct ikp_profile ikp_profiles[IKP_PROFILES] = {
    {"ikp/1kp-ec95", IKP_1KP, &ikp_algorithms[IKP_EC95]},
    {"ikp/2kp-ec95", IKP_2KP, &ikp_algorithms[IKP_EC95]},
    {"ikp/3kp-ec95", IKP_3KP, &ikp_algorithms[IKP_EC95]},
    {"ikp/1kp-jsac", IKP_1KP, &ikp_algorithms[IKP_JSAC]},
    {"ikp/2kp-jsac", IKP_2KP, &ikp_algorithms[IKP_JSAC]},
    {"ikp/3kp-jsac", IKP_3KP, &ikp_algorithms[IKP_JSAC]},
    {"ikp/1kp-hard", IKP_1KP, &ikp_algorithms[IKP_HARD]},
    {"ikp/2kp-hard", IKP_2KP, &ikp_algorithms[IKP_HARD]},
    {"ikp/3kp-hard", IKP_3KP, &ikp_algorithms[IKP_HARD]},
    {"ikp/1kp-ec95-micro", IKP_1KP, &ikp_algorithms[IKP_EC95]},
    {"ikp/2kp-ec95-micro", IKP_2KP, &ikp_algorithms[IKP_EC95]},
    {"ikp/3kp-ec95-micro", IKP_3KP, &ikp_algorithms[IKP_EC95]},
    {"ikp/1kp-jsac-micro", IKP_1KP, &ikp_algorithms[IKP_JSAC]},
    {"ikp/2kp-jsac-micro", IKP_2KP, &ikp_algorithms[IKP_JSAC]},
    {"ikp/3kp-jsac-micro", IKP_3KP, &ikp_algorithms[IKP_JSAC]},
    {"ikp/1kp-hard-micro", IKP_1KP, &ikp_algorithms[IKP_HARD]},
    {"ikp/2kp-hard-micro", IKP_2KP, &ikp_algorithms[IKP_HARD]},
    {"ikp/3kp-hard-micro", IKP_3KP, &ikp_algorithms[IKP_HARD]},
};

const char *const ikp_profile_names[IKP_PROFILES] = {
    "ikp/1kp-ec95",
    "ikp/2kp-ec95",
    "ikp/3kp-ec95",
    "ikp/1kp-jsac",
    "ikp/2kp-jsac",
    "ikp/3kp-jsac",
    "ikp/1kp-hard",
    "ikp/2kp-hard",
    "ikp/3kp-hard",
    "ikp/1kp-ec95-micro",
    "ikp/2kp-ec95-micro",
    "ikp/3kp-ec95-micro",
    "ikp/1kp-jsac-micro",
    "ikp/2kp-jsac-micro",
    "ikp/3kp-jsac-micro",
    "ikp/1kp-hard-micro",
    "ikp/2kp-hard-micro",
    "ikp/3kp-hard-micro",
};

static const struct {
	const char *word;
	uint32_t mask;
} editions[3] = {{"ec95", IKP_EDITION_EC95}, {"jsac", IKP_EDITION_JSAC},
    {"hard", IKP_EDITION_HARD}},
  variants[3] = {{"1kp", IKP_VARIANT_1KP}, {"2kp", IKP_VARIANT_2KP},
      {"3kp", IKP_VARIANT_3KP}};

int
ikp_profile_find(struct semper_bytes name)
{
	for (int i = 0; i < IKP_PROFILES; i++)
		if (strlen(ikp_profiles[i].name) == name.len &&
		    memcmp(ikp_profiles[i].name, name.data, name.len) == 0)
			return i;
	return -1;
}

bool
ikp_in(const struct ikp_profile *profile, uint32_t mask)
{
	return mask >> (profile - ikp_profiles) & 1;
}

static void
add_word(char *text, const char *word, const char *separator)
{
	if (text[0] != '\0')
		strcat(text, separator);
	strcat(text, word);
}

void
ikp_mask_text(char text[IKP_MASK_TEXT], uint32_t mask)
{
	char e[IKP_MASK_TEXT] = "", v[IKP_MASK_TEXT] = "";
	unsigned n_e = 0, n_v = 0;

	for (int i = 0; i < 3; i++) {
		if ((mask & editions[i].mask) != 0 && ++n_e)
			add_word(e, editions[i].word, ",");
		if ((mask & variants[i].mask) != 0 && ++n_v)
			add_word(v, variants[i].word, ",");
	}
	text[0] = '\0';
	if (n_e < 3)
		add_word(text, e, "");
	if (n_v < 3)
		add_word(text, v, " ");
	if ((mask & IKP_BASE) == 0)
		add_word(text, "micro", " ");
	if ((mask & IKP_MICRO) == 0)
		add_word(text, "base", " ");
	if (text[0] == '\0')
		strcpy(text, "all");
}
