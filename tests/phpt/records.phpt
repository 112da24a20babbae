--TEST--
Lifecycle: what is no record is named, and keys that are not ours pass through
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/dns.inc';

$emulator  = new Emulator();
$client    = $emulator->client();
$dns       = new Dns( 'a.example.com=192.0.2.7' );
$lifecycle = new Closte\Lifecycle( $client, array( 'targets' => array( '192.0.2.1' ), 'resolvers' => array( $dns->address ), 'authoritative' => false, 'now' => 1700000000 ) );
$record    = array( 'id' => 7, 'domain' => 'a.example.com', 'wanted' => 'present', 'stage' => 'pending', 'attempts' => 0, 'stage_since' => 1699999000, 'blog_id' => null, 'nested' => array( 'x' => 1.5 ), 3 => 'three' );
$before    = $record;

$after = $lifecycle->advance( $record );
echo json_encode( $after, JSON_PRETTY_PRINT ), "\n";
var_dump( $record === $before, array_slice( array_keys( $after ), 0, 9 ) === array_keys( $record ) );

$spent = $lifecycle->advance( $after, 0.0 );
$old   = $lifecycle->advance( array( 'problems' => array( array( 'code' => 'stale-aaaa', 'message' => 'Old.' ) ) ) + $after, 0.0 );
var_dump( $spent['problems'] === $after['problems'], json_encode( $old['problems'] ) );

$wrong = array(
	array( 'domain' => 5 ),
	array( 'wanted' => 'maybe' ),
	array( 'stage' => "do\0ne" ),
	array( 'attempts' => '3' ),
	array( 'attempts' => -1 ),
	array( 'stage_since' => 1.5 ),
	array( 'stage_since' => -1 ),
	array( 'accepted_at' => 253402300800 ),
	array( 'retry_after' => -1 ),
	array( 'may_have_landed' => 'yes' ),
	array( 'dns_state' => 'there' ),
	array( 'certificate_state' => 'good' ),
	array( 'error_message' => null ),
	array( 'problems' => 'none' ),
	array( 'problems' => array( array( 'code' => 'x' ) ) ),
);
foreach ( $wrong as $part ) {
	if ( key( $part ) !== Closte\Lifecycle::unreadableKey( $part + $record ) ) {
		echo 'another key: ';
	}
	try {
		$lifecycle->advance( $part + $record );
		echo "taken\n";
	} catch ( TypeError | ValueError $e ) {
		echo get_class( $e ), ': ', $e->getMessage(), "\n";
	}
}
foreach ( array( 'domain', 'wanted', 'stage', 'attempts', 'stage_since' ) as $key ) {
	try {
		$lifecycle->advanceAll( array( $record, array_diff_key( $record, array( $key => 1 ) ) ) );
		echo "taken\n";
	} catch ( ValueError $e ) {
		echo $e->getMessage(), "\n";
	}
}
foreach ( array( fn () => $lifecycle->advanceAll( array( $record, 'x' ) ), fn () => $lifecycle->advanceAll( array(), 'no such function' ), fn () => $lifecycle->advance( $record, NAN ) ) as $attempt ) {
	try {
		$attempt();
	} catch ( TypeError | ValueError $e ) {
		echo get_class( $e ), ': ', $e->getMessage(), "\n";
	}
}
var_dump( Closte\Lifecycle::unreadableKey( $record ), Closte\Lifecycle::unreadableKey( array() ) );
echo count( $emulator->journal() ), " call\n";

echo "--- options\n";
$options = array(
	array(),
	array( 'targets' => '192.0.2.1' ),
	array( 'targets' => array(), 'check_interval' => 9 ),
	array( 'targets' => array(), 'check_interval' => 301 ),
	array( 'targets' => array(), 'tls_port' => 0 ),
	array( 'targets' => array(), 'http_port' => 65536 ),
	array( 'targets' => array(), 'authoritative' => 1 ),
	array( 'targets' => array(), 'now' => 'now' ),
	array( 'targets' => array(), 'protect' => 'x' ),
	array( 'targets' => array(), 'proof' => array( 'token' => 'x' ) ),
	array( 'targets' => array(), 'interval' => 10 ),
);
foreach ( $options as $set ) {
	try {
		new Closte\Lifecycle( $client, $set );
		echo 'taken: ', json_encode( $set ), "\n";
	} catch ( Closte\ConfigException $e ) {
		echo $e->reason, ': ', $e->getMessage(), "\n";
	}
}
?>
--EXPECT--
{
    "id": 7,
    "domain": "a.example.com",
    "wanted": "present",
    "stage": "checking-dns",
    "attempts": 1,
    "stage_since": 1700000000,
    "blog_id": null,
    "nested": {
        "x": 1.5
    },
    "3": "three",
    "next_check_at": 1700000300,
    "next_call": "",
    "accepted_at": 1700000000,
    "last_added_at": 1700000000,
    "may_have_landed": 0,
    "error_kind": "",
    "error_reason": "",
    "error_message": "",
    "retry_after": 0,
    "dns_state": "elsewhere",
    "dns_checked_at": 1700000000,
    "certificate_state": "",
    "certificate_not_after": 0,
    "certificate_issuer": "",
    "certificate_checked_at": 0,
    "problems": [
        {
            "code": "elsewhere",
            "severity": "blocks",
            "message": "a.example.com points to 192.0.2.7, which is not this network. At the DNS provider, set an A record with 192.0.2.1 instead.",
            "values": {
                "addresses": [
                    "192.0.2.7"
                ],
                "domain": "a.example.com"
            },
            "records": [
                {
                    "action": "set",
                    "type": "A",
                    "name": "a.example.com",
                    "value": "192.0.2.1"
                }
            ]
        }
    ],
    "outcome": "added",
    "state": "owner-must-act"
}
bool(true)
bool(true)
bool(true)
string(85) "[{"code":"stale-aaaa","severity":"blocks","message":"Old.","values":[],"records":[]}]"
TypeError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with a string in ["domain"], int given
ValueError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with one of “present”, “absent” in ["wanted"], “maybe” given
ValueError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with one of “pending”, “checking-dns”, “checking-ssl-cert”, “done”, “failed”, “ssl-failed”, “removing”, “removed” in ["stage"], “do ne” given
TypeError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with an int in ["attempts"], string given
ValueError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with a count in ["attempts"], “-1” given
TypeError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with an int in ["stage_since"], float given
ValueError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with a Unix time in ["stage_since"], “-1” given
ValueError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with a Unix time in ["accepted_at"], “253402300800” given
ValueError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with a number of seconds in ["retry_after"], “-1” given
TypeError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with 0 or 1 in ["may_have_landed"], string given
ValueError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with an empty string or one of “here”, “elsewhere”, “partial”, “missing”, “unknown” in ["dns_state"], “there” given
ValueError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with an empty string or one of “valid”, “absent”, “untrusted”, “self-signed”, “expired”, “wrong-host”, “unknown” in ["certificate_state"], “good” given
TypeError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with a string in ["error_message"], null given
TypeError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with a list of array{code: string, message: string} in ["problems"], string given
TypeError: Closte\Lifecycle::advance(): Argument #1 ($record) must be a ledger record with a list of array{code: string, message: string} in ["problems"], array given
Closte\Lifecycle::advanceAll(): Argument #1 ($records) must be a ledger record, but has no [1]["domain"]
Closte\Lifecycle::advanceAll(): Argument #1 ($records) must be a ledger record, but has no [1]["wanted"]
Closte\Lifecycle::advanceAll(): Argument #1 ($records) must be a ledger record, but has no [1]["stage"]
Closte\Lifecycle::advanceAll(): Argument #1 ($records) must be a ledger record, but has no [1]["attempts"]
Closte\Lifecycle::advanceAll(): Argument #1 ($records) must be a ledger record, but has no [1]["stage_since"]
TypeError: Closte\Lifecycle::advanceAll(): Argument #1 ($records) must be a list of ledger records, [1] is of type string
TypeError: Closte\Lifecycle::advanceAll(): Argument #2 ($progress) must be a valid callback or null, string given
ValueError: Closte\Lifecycle::advance(): Argument #2 ($budget) must be a number of seconds, NAN given
NULL
string(6) "domain"
1 call
--- options
missing-option: Closte\Lifecycle needs the option "targets".
bad-option-type: The option "targets" of Closte\Lifecycle must be a list of strings, string given.
bad-option-value: The option "check_interval" of Closte\Lifecycle must be between 10 and 300, 9 given.
bad-option-value: The option "check_interval" of Closte\Lifecycle must be between 10 and 300, 301 given.
bad-option-value: The option "tls_port" of Closte\Lifecycle must be between 1 and 65535, 0 given.
bad-option-value: The option "http_port" of Closte\Lifecycle must be between 1 and 65535, 65536 given.
bad-option-type: The option "authoritative" of Closte\Lifecycle must be a bool, int given.
bad-option-type: The option "now" of Closte\Lifecycle must be an int, string given.
bad-option-type: The option "protect" of Closte\Lifecycle must be a list of strings, string given.
bad-option-type: The option "proof" of Closte\Lifecycle must be array{token: string, answer: string, script?: string}, array given.
unknown-option: Closte\Lifecycle has no option "interval". It takes: targets, check_interval, resolvers, authoritative, issuer, ca_file, http_port, tls_port, protect, proof, calls, now, follow.
