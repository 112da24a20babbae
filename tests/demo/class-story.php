<?php
/**
 * Tells a story that must come true.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Each step does something to the network, then waits until the emulated Closte shows it. */
final class Story {

	/** How many steps did not come true. */
	private int $untrue = 0;

	private int $steps = 0;

	private readonly bool $colours;

	/** Control of the DNS server; it listens to the same kind of calls. */
	private readonly Emulator $dns;

	/**
	 * Binds to an environment.
	 *
	 * @param array<string, mixed> $env      As in its env.json.
	 * @param Emulator             $emulator Its Closte.
	 */
	public function __construct(
		private readonly array $env,
		public readonly Emulator $emulator
	) {
		$this->colours = stream_isatty( STDOUT );
		$this->dns     = new Emulator( $env['emulator']['dns_control'], '' );
	}

	/**
	 * Begins a step.
	 *
	 * @param string $text What happens.
	 */
	public function step( string $text ): void {
		++$this->steps;
		$this->emulator->call( 'DELETE', '/journal' );
		echo "\n", $this->in( '1', "$this->steps. $text" ), "\n";
	}

	/**
	 * Runs WP-CLI, and says how long it took.
	 *
	 * @param list<string> $arguments What `wp` is given.
	 * @param string|null  $shown     What is shown in their place.
	 * @return string What it printed.
	 */
	public function wp( array $arguments, ?string $shown = null ): string {
		echo '   $ ', $shown ?? 'wp ' . implode( ' ', $arguments ), "\n";
		$start   = microtime( true );
		$process = $this->start( $arguments );
		$status  = $process->wait();
		$output  = trim( $process->output() );
		foreach ( array_filter( explode( "\n", $output ) ) as $line ) {
			echo '     ', $line, "\n";
		}
		if ( 0 !== $status ) {
			$this->fails( "the command ended with status $status" );
		}
		printf( "     (%.1f s)\n", microtime( true ) - $start );

		return $output;
	}

	/**
	 * Writes a record into the public DNS, that is, to the emulator's server.
	 *
	 * @param string $domain  The domain.
	 * @param string $type    `a` or `aaaa`.
	 * @param string $address What it points at.
	 */
	public function dns( string $domain, string $type, string $address ): void {
		$this->dns_record( $domain, $type, $address );
		printf( "   DNS: %s %s %s\n", $domain, strtoupper( $type ), $address );
	}

	/**
	 * Lets names point here that do so on any machine.
	 *
	 * @param list<string> $domains Names in .localhost.
	 */
	public function loopback_names( array $domains ): void {
		foreach ( $domains as $domain ) {
			$this->dns_record( $domain, 'a', $this->env['emulator']['edge_addresses'][0] );
		}
	}

	/**
	 * Lets every name that has no record of its own point here.
	 */
	public function dns_points_here(): void {
		$this->dns->call( 'POST', '/set-default-ipv4', array( 'ip' => $this->env['emulator']['edge_addresses'][0] ) );
		$this->says( 'From now on every name points here, unless the story has set its records.' );
	}

	/**
	 * Waits until WP-CLI says something of a domain, and shows where the domain stands.
	 *
	 * @param string $domain  The domain.
	 * @param string $field   A field of `wp closte domain get`.
	 * @param string $says    What it must contain.
	 * @param float  $seconds How long that may take.
	 */
	public function ledger_says( string $domain, string $field, string $says, float $seconds = 300.0 ): void {
		$end = microtime( true ) + $seconds;
		do {
			$process = $this->start( array( 'closte', 'domain', 'get', $domain, "--field=$field" ) );
			$process->wait();
			$true = str_contains( $process->output(), $says );
		} while ( ! $true && microtime( true ) < $end );

		$this->wp( array( 'closte', 'domain', 'get', $domain, '--fields=domain,stage,problem,next_step' ) );
		$this->check( $true, "its $field: $says", "its $field is not: $says" );
	}

	/**
	 * Says something.
	 *
	 * @param string $text What.
	 */
	public function says( string $text ): void {
		echo '   ', $text, "\n";
	}

	/**
	 * Waits until Closte has these domains and not those, and shows what it was asked since the step began.
	 *
	 * @param list<string> $there   What it must have.
	 * @param list<string> $gone    What it must not have.
	 * @param float        $seconds How long that may take.
	 */
	public function closte_has( array $there, array $gone = array(), float $seconds = 120.0 ): void {
		$start = microtime( true );
		do {
			$domains = $this->emulator->domains();
			$true    = array() === array_diff( $there, $domains ) && array() === array_intersect( $gone, $domains );
			if ( $true ) {
				break;
			}
			usleep( 100_000 );
		} while ( microtime( true ) - $start < $seconds );

		foreach ( $this->emulator->journal() as $entry ) {
			$effect = 'none' === $entry['effect'] ? (string) ( $entry['status'] ?? 'no answer' ) : $entry['effect'];
			$domain = $entry['params']['domain'] ?? '';
			if ( '' === $domain && 'POST' === $entry['method'] ) {
				$domain = '(no domain: is the key accepted?)';
			}
			echo '     ', $this->in( '36', "Closte: {$entry['method']} " . basename( $entry['path'] ) . " $domain" ), " → $effect\n";
		}
		foreach ( $there as $domain ) {
			$this->check( in_array( $domain, $domains, true ), "$domain is at Closte", "$domain is not at Closte" );
		}
		foreach ( $gone as $domain ) {
			$this->check( ! in_array( $domain, $domains, true ), "$domain is not at Closte", "$domain is still at Closte" );
		}
	}

	/**
	 * Checks something, and says how it is.
	 *
	 * @param bool   $holds  Whether it is so.
	 * @param string $true   Said when it is.
	 * @param string $untrue Said when it is not.
	 */
	public function check( bool $holds, string $true, string $untrue ): void {
		if ( $holds ) {
			echo '   ', $this->in( '32', "✓ $true" ), "\n";
		} else {
			$this->fails( $untrue );
		}
	}

	/**
	 * Ends the story.
	 *
	 * @return int Exit status: 0 only if every step came true.
	 */
	public function ends(): int {
		echo "\n", 0 === $this->untrue
			? $this->in( '1;32', "All $this->steps steps came true." )
			: $this->in( '1;31', "$this->untrue of the checks in $this->steps steps did not come true." ), "\n";

		return 0 === $this->untrue ? 0 : 1;
	}

	/**
	 * Writes a record.
	 *
	 * @param string $domain  The domain.
	 * @param string $type    `a` or `aaaa`.
	 * @param string $address What it points at.
	 */
	private function dns_record( string $domain, string $type, string $address ): void {
		$record = array(
			'host'      => $domain,
			'addresses' => array( $address ),
		);
		$this->dns->call( 'POST', "/add-$type", $record );
	}

	/**
	 * Starts WP-CLI.
	 *
	 * @param list<string> $arguments What it is given.
	 */
	private function start( array $arguments ): Process {
		$command = array( dirname( __DIR__ ) . '/bin/wp', $this->env['name'], ...$arguments );

		// Tables as on a terminal, though WP-CLI writes into a file here.
		return new Process( $this->colours ? $command : array( ...$command, '--no-color' ), array( 'SHELL_PIPE' => '0' ) + getenv() );
	}

	/**
	 * Counts and says what is wrong.
	 *
	 * @param string $text What.
	 */
	private function fails( string $text ): void {
		++$this->untrue;
		echo '   ', $this->in( '31', "✗ $text" ), "\n";
	}

	/**
	 * Colours a text on a terminal.
	 *
	 * @param string $code SGR code.
	 * @param string $text The text.
	 */
	private function in( string $code, string $text ): string {
		return $this->colours ? "\e[{$code}m$text\e[0m" : $text;
	}
}
