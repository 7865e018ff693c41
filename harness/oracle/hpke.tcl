# hpke.tcl -- HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256),
# HKDF-SHA256, ChaCha20-Poly1305.
#
#   hpke derive IKM                    {secret public}: DeriveKeyPair
#   hpke sender PUBLIC INFO IKME       context; its key enc goes to the receiver
#   hpke receiver SECRET ENC INFO      context
#   hpke seal CONTEXT SEQ AAD PLAINTEXT    -> ciphertext
#   hpke open CONTEXT SEQ AAD CIPHERTEXT   -> plaintext; errorcode {ORACLE auth aead}
#   hpke export CONTEXT LABEL LENGTH   -> secret
#
# Keys are raw, 32 octets.  A context is a dict: enc, key, nonce, exporter and,
# for tests, shared.  A shared secret of zero is {ORACLE auth x25519}, an enc of
# another length {ORACLE auth encapsulation}, a message number from 2^64 - 1 on
# {ORACLE limit sequence}.

package require Tcl 8.6-

namespace eval ::oracle::hpke {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
	variable kem "KEM\x00\x20"
	variable suite "HPKE\x00\x20\x00\x01\x00\x03"
}

proc ::oracle::hpke::Extract {suite salt label ikm} {
	return [hash hkdf-extract sha256 $salt HPKE-v1$suite$label$ikm]
}

proc ::oracle::hpke::Expand {suite prk label info length} {
	return [hash hkdf-expand sha256 $prk [binary format S $length]HPKE-v1$suite$label$info $length]
}

proc ::oracle::hpke::derive {ikm} {
	variable kem
	set secret [Expand $kem [Extract $kem "" dkp_prk $ikm] sk "" 32]
	return [list $secret [ec x25519-public $secret]]
}

proc ::oracle::hpke::sender {public info ikme} {
	lassign [derive $ikme] secret enc
	return [Context $info $enc [Shared [ec x25519 $secret $public] $enc $public]]
}

proc ::oracle::hpke::receiver {secret enc info} {
	if {[string length $enc] != 32} {
		return -code error -errorcode {ORACLE auth encapsulation} "enc is not 32 octets"
	}
	set public [ec x25519-public $secret]
	return [Context $info $enc [Shared [ec x25519 $secret $enc] $enc $public]]
}

# ExtractAndExpand(dh, enc || pkR)
proc ::oracle::hpke::Shared {dh enc public} {
	variable kem
	return [Expand $kem [Extract $kem "" eae_prk $dh] shared_secret $enc$public 32]
}

# KeySchedule of mode base: mode 0, no psk
proc ::oracle::hpke::Context {info enc shared} {
	variable suite
	set scheduled \x00[Extract $suite "" psk_id_hash ""][Extract $suite "" info_hash $info]
	set secret [Extract $suite $shared secret ""]
	return [dict create enc $enc shared $shared \
		key [Expand $suite $secret key $scheduled 32] \
		nonce [Expand $suite $secret base_nonce $scheduled 12] \
		exporter [Expand $suite $secret exp $scheduled 32]]
}

# The last number is never used (RFC 9180 5.2 would wrap after it).
proc ::oracle::hpke::Nonce {context seq} {
	if {$seq < 0 || $seq >= (1 << 64) - 1} {
		return -code error -errorcode {ORACLE limit sequence} "no such message number"
	}
	return [number octets [expr {[number of [dict get $context nonce]] ^ $seq}] 12]
}

proc ::oracle::hpke::seal {context seq aad plaintext} {
	return [aead seal [dict get $context key] [Nonce $context $seq] $aad $plaintext]
}

proc ::oracle::hpke::open {context seq aad ciphertext} {
	return [aead open [dict get $context key] [Nonce $context $seq] $aad $ciphertext]
}

proc ::oracle::hpke::export {context label length} {
	variable suite
	return [Expand $suite [dict get $context exporter] sec $label $length]
}
