<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Two authoritative servers (knot) and a resolver that checks signatures (unbound), in a network of our own where port
 * 53 is free.
 */
final class Dns_Servers {

	private const FIRST  = '127.0.0.1';
	private const SECOND = '104.16.0.53';

	/** What the second server says, which is behind the times and does not know `lame.example`. */
	private const OLD = "\$zone moving.example\n@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 104.16.0.53\n@ A 192.0.2.7\n";

	private readonly string $dir;

	/**
	 * The servers.
	 *
	 * @var list<Process>
	 */
	private array $servers = array();

	/** `ip:port` of the resolver. */
	public readonly string $resolver;

	/** Starts the servers. */
	public function __construct() {
		$this->dir = sys_get_temp_dir() . '/' . uniqid( 'closte-dns-' );
		mkdir( $this->dir );
		$this->start_knot( self::FIRST, (string) file_get_contents( __DIR__ . '/zones.txt' ), array( 'signed.example', 'bogus.example' ) );
		$this->start_knot( self::SECOND, self::OLD, array() );
		$this->resolver = self::FIRST . ':' . $this->start_unbound( $this->await( self::FIRST, 53, 'signed.example', 'DNSKEY' ) );
		$this->await( self::SECOND, 53, 'moving.example', 'A' );
		$this->await( self::FIRST, (int) explode( ':', $this->resolver )[1], 'healthy.example', 'A' );
	}

	/** Ends them. */
	public function stop(): void {
		$this->servers = array();
		exec( 'rm -rf ' . escapeshellarg( $this->dir ) );
	}

	/**
	 * Zones are one text: a line `$zone name` begins one; each gets an SOA and, unless it has its own, an NS record.
	 *
	 * @param list<string> $signed Names of the zones that the server signs.
	 */
	private function start_knot( string $address, string $zones, array $signed ): void {
		$dir = "$this->dir/knot-$address";
		mkdir( "$dir/db", 0777, true );
		$conf = "server:\n  rundir: $dir\n  listen: $address@53\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n"
			. "log:\n  - target: stderr\n    any: warning\ndatabase:\n  storage: $dir/db\n"
			. "policy:\n  - id: quick\n    single-type-signing: on\n    algorithm: ecdsap256sha256\nzone:\n";
		foreach ( array_slice( explode( '$zone ', $zones ), 1 ) as $zone ) {
			list( $name, $records ) = explode( "\n", $zone, 2 );
			$own                    = str_contains( $records, ' NS ' ) ? '' : "@ NS ns1\nns1 A $address\n";
			file_put_contents( "$dir/$name.zone", "\$ORIGIN $name.\n\$TTL 1\n@ SOA ns1 hostmaster 1 3600 600 86400 1\n$own$records" );
			$conf .= "  - domain: $name\n    file: $dir/$name.zone\n    semantic-checks: off\n";
			$conf .= in_array( $name, $signed, true ) ? "    dnssec-signing: on\n    dnssec-policy: quick\n    zonefile-sync: -1\n" : '';
		}
		file_put_contents( "$dir/knot.conf", $conf );
		$this->servers[] = new Process( array( 'knotd', '-c', "$dir/knot.conf" ) );
	}

	/**
	 * @param string $keys The keys of signed.example, which are wrong for bogus.example.
	 * @return int Its port.
	 */
	private function start_unbound( string $keys ): int {
		$socket = stream_socket_server( 'tcp://127.0.0.1:0' );
		$port   = (int) substr( (string) strrchr( (string) stream_socket_get_name( $socket, false ), ':' ), 1 );
		fclose( $socket );
		$anchors = '';
		foreach ( explode( "\n", trim( $keys ) ) as $key ) {
			$anchors .= "  trust-anchor: \"signed.example. DNSKEY $key\"\n  trust-anchor: \"bogus.example. DNSKEY $key\"\n";
		}
		file_put_contents(
			"$this->dir/unbound.conf",
			"server:\n  directory: \"$this->dir\"\n  chroot: \"\"\n  username: \"\"\n  pidfile: \"\"\n  use-syslog: no\n  logfile: \"\"\n"
			. "  interface: 127.0.0.1@$port\n  port: $port\n  num-threads: 1\n  do-not-query-localhost: no\n  do-ip6: no\n"
			. "  module-config: \"validator iterator\"\n  root-hints: \"\"\n  cache-max-negative-ttl: 1\n  infra-host-ttl: 1\n  minimal-responses: no\n"
			. "  trust-anchor-signaling: no\n{$anchors}remote-control:\n  control-enable: no\n"
			. "forward-zone:\n  name: \".\"\n  forward-addr: 127.0.0.1@53\nstub-zone:\n  name: \"lame.example.\"\n  stub-addr: " . self::SECOND . "@53\n"
		);
		$this->servers[] = new Process( array( 'unbound', '-d', '-c', "$this->dir/unbound.conf" ) );

		return $port;
	}

	/**
	 * Waits for an answer.
	 *
	 * @return string What kdig prints of it.
	 * @throws \RuntimeException When none comes.
	 */
	private function await( string $server, int $port, string $name, string $type ): string {
		$end = microtime( true ) + 120;
		do {
			$answer = (string) shell_exec( "kdig @$server -p $port +short +timeout=1 +retry=0 $name $type 2>/dev/null" );
			if ( '' !== trim( $answer ) && ! str_contains( $answer, ';;' ) ) {
				return $answer;
			}
			usleep( 50_000 );
		} while ( microtime( true ) < $end );

		throw new \RuntimeException( "$server does not answer for $name: " . implode( "\n", array_map( static fn( Process $server ): string => $server->output(), $this->servers ) ) );
	}
}
