<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** Runs seed after seed on one network, each from the network as it was installed. */
final class Chaos_Run {

	private readonly Servers $servers;

	/** @var array<string, int> */
	private array $totals = array();

	private readonly string $dump;

	/**
	 * @param array<string, mixed> $env As in env.json.
	 */
	public function __construct( private readonly array $env ) {
		$this->servers = new Servers( $env, Servers::free_port(), Servers::free_port(), Servers::free_port() );
		$this->dump    = $env['dir'] . '/network.sql';
		file_put_contents(
			$env['dir'] . '/php.d/chaos.ini',
			"closte.base_url={$this->servers->base_url( 'nobody' )}\ncloste.ca_file={$this->servers->ca_file()}\ncloste.timeout=2\ncloste.connect_timeout=1\nerror_log={$env['dir']}/logs/php.log\nlog_errors=1\ndisplay_errors=stderr\n"
		);
		mkdir( $env['dir'] . '/php-without' );
		foreach ( glob( $env['dir'] . '/php.d/*.ini' ) as $ini ) {
			file_put_contents( $env['dir'] . '/php-without/' . basename( $ini ), (string) preg_replace( '/^extension=.*closte.*$/m', '', (string) file_get_contents( $ini ) ) );
		}
		copy( __DIR__ . '/mu-plugin.php', $env['wordpress'] . '/wp-content/mu-plugins/chaos.php' );
		$this->let_processes_choose_their_network( $env['wordpress'] . '/wp-config.php' );
		$this->shell( 'mariadb-dump', '--databases ' . Names::DATABASE . ' --add-drop-database >' . escapeshellarg( $this->dump ) );
	}

	public function seed( int $seed, int $workers, int $events, float $seconds ): bool {
		$begun = microtime( true );
		$dir   = $this->env['dir'] . "/seed-$seed";
		is_dir( $dir ) || mkdir( $dir );
		array_map( 'unlink', glob( "$dir/*" ) );
		$this->shell( 'mariadb', '<' . escapeshellarg( $this->dump ) );

		$run   = new Seed_Run( $seed, $workers, $events, $seconds, $this->servers, $this->env['wordpress'], ":{$this->env['dir']}/php-without", $dir );
		$wrong = $run->wrong();

		foreach ( $run->counts() as $what => $count ) {
			$this->totals[ $what ] = ( $this->totals[ $what ] ?? 0 ) + $count;
		}
		printf( "seed %d (%s): %s, %.1f s: %s\n", $seed, $run->mapper, self::sentence( $run->counts() ), microtime( true ) - $begun, array() === $wrong ? 'ok' : 'FAILED' );
		foreach ( $wrong as $text ) {
			echo '  ', str_replace( "\n", "\n  ", $text ), "\n";
		}

		return array() === $wrong;
	}

	public function totals(): string {
		return 'total: ' . self::sentence( $this->totals );
	}

	/** @param array<string, int> $counts */
	private static function sentence( array $counts ): string {
		return implode( ', ', array_map( static fn( string $what, int $count ): string => "$count $what", array_keys( $counts ), $counts ) );
	}

	/** One wp-config.php serves the network and a copy of it, as on hosts where the environment names the database. */
	private function let_processes_choose_their_network( string $config ): void {
		$chosen = str_replace(
			array( "'DB_NAME', '" . Names::DATABASE . "'", "'DOMAIN_CURRENT_SITE', '" . Names::NETWORK . "'" ),
			array( "'DB_NAME', (string) getenv( 'CLOSTE_CHAOS_DATABASE' )", "'DOMAIN_CURRENT_SITE', (string) getenv( 'CLOSTE_CHAOS_DOMAIN' )" ),
			(string) file_get_contents( $config ),
			$count
		);
		if ( 2 !== $count ) {
			throw new \RuntimeException( "$config does not name the database and the network as it should." );
		}
		file_put_contents( $config, $chosen );
	}

	private function shell( string $client, string $rest ): void {
		exec( "$client --no-defaults --user=root --socket=" . escapeshellarg( $this->env['db']['socket'] ) . " $rest 2>&1", $output, $status );
		if ( 0 !== $status ) {
			throw new \RuntimeException( "$client failed: " . implode( "\n", $output ) );
		}
	}
}
