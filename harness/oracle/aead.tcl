# aead.tcl -- ChaCha20-Poly1305 (RFC 8439).
#
#   aead seal KEY NONCE AAD PLAINTEXT    -> ciphertext || 16-octet tag
#   aead open KEY NONCE AAD CIPHERTEXT   -> plaintext; errorcode {ORACLE auth aead}

package require Tcl 8.6-

namespace eval ::oracle::aead {
	namespace path ::oracle
	namespace export {[a-z]*}
	namespace ensemble create
}

proc ::oracle::aead::seal {key nonce aad plaintext} {
	set ciphertext [Cipher $key $nonce $plaintext]
	return $ciphertext[Tag $key $nonce $aad $ciphertext]
}

proc ::oracle::aead::open {key nonce aad ciphertext} {
	set body [string range $ciphertext 0 end-16]
	if {[string length $ciphertext] < 16
	    || [string range $ciphertext end-15 end] ne [Tag $key $nonce $aad $body]} {
		return -code error -errorcode {ORACLE auth aead} "the tag is wrong"
	}
	return [Cipher $key $nonce $body]
}

# -- ChaCha20 ---------------------------------------------------------------

# The key stream from block 1 on, exclusive-or.
proc ::oracle::aead::Cipher {key nonce octets} {
	set length [string length $octets]
	set stream ""
	for {set i 1} {[string length $stream] < $length} {incr i} {
		append stream [Block $key $i $nonce]
	}
	set stream [string range $stream 0 $length-1]
	return [number octets [expr {[number of $octets] ^ [number of $stream]}] $length]
}

proc ::oracle::aead::Block {key counter nonce} {
	binary scan "expand 32-byte k$key[binary format i $counter]$nonce" iu16 state
	set words $state
	for {set round 0} {$round < 10} {incr round} {
		foreach {a b c d} {0 4 8 12  1 5 9 13  2 6 10 14  3 7 11 15
				0 5 10 15  1 6 11 12  2 7 8 13  3 4 9 14} {
			Quarter words $a $b $c $d
		}
	}
	return [binary format i16 [lmap x $words y $state { expr {($x + $y) & 0xffffffff} }]]
}

proc ::oracle::aead::Quarter {wordsVar ia ib ic id} {
	upvar 1 $wordsVar words
	set a [lindex $words $ia]
	set b [lindex $words $ib]
	set c [lindex $words $ic]
	set d [lindex $words $id]
	foreach {left right} {16 12 8 7} {
		set a [expr {($a + $b) & 0xffffffff}]
		set d [expr {$d ^ $a}]
		set d [expr {(($d << $left) & 0xffffffff) | ($d >> (32 - $left))}]
		set c [expr {($c + $d) & 0xffffffff}]
		set b [expr {$b ^ $c}]
		set b [expr {(($b << $right) & 0xffffffff) | ($b >> (32 - $right))}]
	}
	lset words $ia $a
	lset words $ib $b
	lset words $ic $c
	lset words $id $d
}

# -- Poly1305 ---------------------------------------------------------------

# Over the padded additional data, the padded ciphertext and their lengths,
# with the first 32 octets of block 0 as one-time key.
proc ::oracle::aead::Tag {key nonce aad ciphertext} {
	set lengths [binary format ww [string length $aad] [string length $ciphertext]]
	return [Poly1305 [string range [Block $key 0 $nonce] 0 31] \
		[Padded $aad][Padded $ciphertext]$lengths]
}

proc ::oracle::aead::Padded {octets} {
	return $octets[string repeat \x00 [expr {-[string length $octets] & 15}]]
}

proc ::oracle::aead::Poly1305 {key octets} {
	set r [expr {[Little [string range $key 0 15]] & 0x0ffffffc0ffffffc0ffffffc0fffffff}]
	set sum 0
	for {set at 0} {$at < [string length $octets]} {incr at 16} {
		set part [string range $octets $at [expr {$at + 15}]]
		set sum [expr {($sum + [Little $part\x01]) * $r % ((1 << 130) - 5)}]
	}
	set sum [expr {($sum + [Little [string range $key 16 31]]) & ((1 << 128) - 1)}]
	return [string reverse [number octets $sum 16]]
}

proc ::oracle::aead::Little {octets} {
	return [number of [string reverse $octets]]
}
