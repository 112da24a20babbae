<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Starts `closte-emulator stack` (Closte's API and edge, DNS and an ACME server, on loopback), and lets the environment's
 * PHP and WordPress use it until it is stopped.
 */
final class Emulator_Stack {

	/** What it is and does. */
	public readonly Emulator $emulator;

	/**
	 * Its ready file.
	 *
	 * @var array<string, mixed>
	 */
	private array $ready;

	/**
	 * What proc_open() gave.
	 *
	 * @var resource
	 */
	private $process;

	/**
	 * Its standard input: when that closes, it ends.
	 *
	 * @var resource
	 */
	private $leash;

	/**
	 * Starts it.
	 *
	 * @param array<string, mixed> $env The environment, as in its env.json.
	 * @throws \RuntimeException When it does not start.
	 */
	public function __construct( private readonly array $env ) {
		$root          = dirname( __DIR__, 2 );
		$program       = getenv( 'CLOSTE_EMULATOR' );
		$ready_file    = $env['dir'] . '/stack.json';
		$this->process = proc_open(
			array( false === $program ? "$root/target/release/closte-emulator" : $program, 'stack', '--key', $env['key'], '--ready', $ready_file, '--exit-with-parent' ),
			array( array( 'pipe', 'r' ), array( 'file', $env['dir'] . '/logs/stack.log', 'a' ), array( 'file', $env['dir'] . '/logs/stack.log', 'a' ) ),
			$pipes
		);
		$this->leash   = $pipes[0];
		$end           = microtime( true ) + 120;
		while ( ! is_file( $ready_file ) ) {
			if ( microtime( true ) > $end ) {
				throw new \RuntimeException( 'The emulated Closte did not start: ' . file_get_contents( $env['dir'] . '/logs/stack.log' ) );
			}
			usleep( 50_000 );
		}
		$this->ready    = json_decode( (string) file_get_contents( $ready_file ), true, 16, JSON_THROW_ON_ERROR );
		$this->emulator = new Emulator( $this->ready['control'], $env['key'] );
		$this->point_environment_here();
	}

	/**
	 * Ends it, and leaves the environment as it was.
	 */
	public function stop(): void {
		fclose( $this->leash );
		proc_close( $this->process );
		unlink( $this->ini_file() );
		unlink( $this->mu_plugin() );
	}

	/**
	 * Writes records into the DNS, in place of those that the domain had.
	 *
	 * @param string                              $domain  The domain.
	 * @param array{a?: list<string>, aaaa?: list<string>, caa?: list<string>} $records Addresses, and issuers that CAA allows.
	 */
	public function dns( string $domain, array $records ): void {
		foreach ( array( 'a', 'aaaa', 'caa' ) as $type ) {
			$this->ask_dns( "clear-$type", array( 'host' => $domain ) );
		}
		foreach ( array( 'a', 'aaaa' ) as $type ) {
			if ( ! empty( $records[ $type ] ) ) {
				$this->ask_dns(
					"add-$type",
					array(
						'host'      => $domain,
						'addresses' => $records[ $type ],
					)
				);
			}
		}
		if ( isset( $records['caa'] ) ) {
			$this->ask_dns(
				'add-caa',
				array(
					'host'     => $domain,
					'policies' => array_map(
						static fn( string $issuer ): array => array(
							'tag'   => 'issue',
							'value' => $issuer,
						),
						$records['caa']
					),
				)
			);
		}
	}

	/**
	 * The address that domains should point to.
	 */
	public function address(): string {
		return $this->ready['edge_addresses'][0];
	}

	/**
	 * Which certificate the edge serves for a domain.
	 *
	 * @param string $domain The domain.
	 * @param string $what   As the emulator's --help has it.
	 */
	public function serve( string $domain, string $what ): void {
		$this->emulator->call( 'PUT', '/edge', array( 'serve' => array( $domain => $what ) ) );
	}

	/**
	 * How long the edge waits before it orders a certificate.
	 *
	 * @param int $seconds From when the domain first points here.
	 */
	public function delay_certificates( int $seconds ): void {
		$this->emulator->call( 'PUT', '/edge', array( 'delay_ms' => 1000 * $seconds ) );
	}

	/**
	 * Lets PHP and WordPress of the environment use it.
	 */
	private function point_environment_here(): void {
		file_put_contents(
			$this->ini_file(),
			"closte.base_url={$this->ready['http']}\ncloste.resolvers={$this->ready['dns']}\ncloste.ca_file={$this->ready['trust']}\n"
		);
		$options = array(
			'tls_port'  => $this->ready['edge_tls_port'],
			'http_port' => $this->ready['edge_http_port'],
		);
		file_put_contents(
			$this->mu_plugin(),
			'<?php add_filter( "closte_sync_lifecycle_options", static fn( array $options ): array => ' . var_export( $options, true ) . ' + $options );'
		);
	}

	/**
	 * Asks the DNS server to change.
	 *
	 * @param string               $what Path of its control interface.
	 * @param array<string, mixed> $body What to tell it.
	 */
	private function ask_dns( string $what, array $body ): void {
		$dns = new Emulator( $this->ready['dns_control'], '' );
		$dns->call( 'POST', "/$what", $body );
	}

	/**
	 * What PHP is told; the name puts it behind the environment's own.
	 */
	private function ini_file(): string {
		return $this->env['dir'] . '/php.d/stack.ini';
	}

	/**
	 * What WordPress is told.
	 */
	private function mu_plugin(): string {
		return $this->env['wordpress'] . '/wp-content/mu-plugins/stack.php';
	}
}
