<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/**
 * One seed: events, faults and kills, on the network and on a copy of it; then both settle, the copy is told that it is one, and
 * the network moves. What was right after each of these is asked then, and of the calls at the end.
 */
final class Seed_Run {

	/** What one may see beside the plugin: that the database was not there. */
	private const EXPECTED_COMPLAINTS = array( 'Error establishing a database connection', 'Error reconnecting to the database' );

	/** The request in which the network gets another name. */
	private const MOVE = 'move';

	public readonly string $mapper;

	/** @var array<string, int> */
	private array $counts = array();

	private readonly Settling $settling;
	private readonly Network_Copy $copy;

	/** @var array<string, string> */
	private readonly array $network;

	/** @var list<Event_Log> */
	private array $logs = array();

	/** @var list<Request> */
	private array $moves = array();

	public function __construct(
		private readonly int $seed,
		private readonly int $workers,
		private readonly int $events,
		private readonly float $seconds,
		private readonly Servers $servers,
		string $wordpress,
		string $php_without,
		private readonly string $dir
	) {
		$this->mapper   = 0 === $seed % 2 ? 'ultimate-multisite' : 'mercator';
		$this->settling = new Settling( $servers, new Event_Log( "$dir/events-settle" ), "$dir/events-settle" );
		$this->copy     = new Network_Copy( $servers );
		$this->network  = array(
			'CLOSTE_CHAOS_MAPPER'    => $this->mapper,
			'CLOSTE_CHAOS_RESOLVER'  => $servers->resolver(),
			'CLOSTE_CHAOS_DASHBOARD' => $servers->base_url( Calls::DASHBOARD ),
			'CLOSTE_CHAOS_DOUBLES'   => dirname( __DIR__ ) . '/support/doubles',
			'CLOSTE_CHAOS_WORDPRESS' => $wordpress,
			// What PHP_INI_SCAN_DIR is for a PHP that lacks the extension.
			'CLOSTE_CHAOS_PHP_WITHOUT' => $php_without,
			'CLOSTE_CHAOS_DATABASE'  => Names::DATABASE,
			'CLOSTE_CHAOS_DOMAIN'    => Names::NETWORK,
		) + getenv();
	}

	/** @return list<string> What is wrong. */
	public function wrong(): array {
		$this->servers->begin( $this->seed );
		$this->settling->do( 'living', $this->network );
		( new History( $this->database() ) )->begin();

		$wrong = $this->work();
		$this->activate( $this->network );
		$this->settling->do( 'run', $this->network );
		array_push( $wrong, ...$this->of_state( 'after runs', false ) );
		$this->settling->do( 'prune+plan', $this->network );
		array_push( $wrong, ...$this->of_state( 'after comparing', true ) );
		$this->settle_copy();
		array_push( $wrong, ...$this->of_state( 'after what the copy did', true ) );
		$this->move();
		array_push( $wrong, ...$this->of_state( 'after the move', true ) );

		$history  = ( new History( $this->database() ) )->read();
		$journal  = $this->servers->closte->journal();
		$requests = $this->requests();
		$passed   = array_merge( ...array_map( static fn( Event_Log $log ): array => $log->times_of( 'passed' ), $this->logs ) );
		$calls    = new Calls( new Lives( $history, $requests ), $requests, $passed, new By_Hand( $this->logs ) );
		array_push( $wrong, ...$calls->judge( $journal ), ...Invariants::of_stages( $history, $requests ), ...$this->settling->wrong() );

		$this->counts['faults']   = count( array_filter( array_column( $journal, 'fault' ) ) );
		$this->counts['requests'] = count( $journal );
		if ( array() !== $wrong ) {
			file_put_contents( "{$this->dir}/journal.json", json_encode( $journal, JSON_UNESCAPED_SLASHES | JSON_PRETTY_PRINT ) );
			file_put_contents( "{$this->dir}/history.json", json_encode( $history, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRETTY_PRINT ) );
		}

		return $wrong;
	}

	/** @return array<string, int> What happened, how often. */
	public function counts(): array {
		return $this->counts;
	}

	/** @return list<string> What is wrong. */
	private function work(): array {
		$workload = new Workload( $this->seed, $this->workers, $this->events, $this->servers, $this->dir, $this->network, $this->as_copy(), $this->copy, $this->seconds );
		$this->servers->fail( true );
		try {
			$workload->run();
		} finally {
			$workload->stop();
		}
		$this->servers->fail( false );
		$workload->is_copied || $this->copy->make();
		$this->logs   = array_map( $workload->event_log( ... ), $workload->all() );
		$this->counts = array(
			'events'            => array_sum( array_map( static fn( Event_Log $log ): int => $log->count( 'begin' ), $this->logs ) ),
			'faults'            => 0,
			'kills'             => $workload->kills,
			'requests'          => 0,
			'Closte restarts'   => $workload->emulator_restarts,
			'database restarts' => $workload->database_restarts,
			'changes unheard'   => 0,
		);

		$wrong = array();
		foreach ( $workload->complaints as $worker => $complaints ) {
			foreach ( $complaints as $complaint ) {
				if ( ! array_filter( self::EXPECTED_COMPLAINTS, static fn( string $text ): bool => str_contains( $complaint, $text ) ) ) {
					$wrong[] = "worker $worker $complaint";
				}
			}
		}

		return $wrong;
	}

	/**
	 * An event may have deactivated the plugin.
	 *
	 * @param array<string, string> $environment
	 */
	private function activate( array $environment, string $prefix = '' ): void {
		$active = $this->database()->query( "SELECT 1 FROM {$environment['CLOSTE_CHAOS_DATABASE']}.wp_sitemeta WHERE meta_key = 'active_sitewide_plugins' AND meta_value LIKE '%" . Network_State::PLUGIN . "%'" );
		if ( 0 === $active->num_rows ) {
			$this->settling->do( 'activate', $environment, $prefix );
		}
	}

	/** Nobody has said yet that it is a copy; then somebody does. */
	private function settle_copy(): void {
		$this->activate( $this->as_copy(), Calls::SILENT );
		$this->settling->do( 'go-on+identity-copy+go-on', $this->as_copy(), Calls::SILENT );
	}

	/** The network gets another name: nothing becomes of its domains until somebody says that it is the same network. */
	private function move(): void {
		$moved = array( 'CLOSTE_CHAOS_DOMAIN' => Names::MOVED ) + $this->network;
		$begun = microtime( true );
		$this->copy->rename( Names::DATABASE, Names::MOVED, self::MOVE );
		$this->moves[] = new Request( self::MOVE, 'the network gets another name', self::MOVE, true, $begun, microtime( true ), false );
		$this->settling->do( 'go-on', $moved, Calls::SILENT );
		$this->settling->do( 'identity-move+run+prune+plan', $moved );
	}

	/**
	 * @param bool $compared As in {@see Invariants::of_state()}.
	 * @return list<string> What is wrong.
	 */
	private function of_state( string $when, bool $compared ): array {
		$database   = $this->database();
		$invariants = new Invariants( $database, $this->logs, new Lives( ( new History( $database ) )->read(), $this->requests() ), new By_Hand( $this->logs ) );

		$this->counts['changes unheard'] = $invariants->unheard();

		return array_map( static fn( string $text ): string => "$when: $text", $invariants->of_state( $this->servers->closte->domains(), $compared ) );
	}

	/** @return list<Request> */
	private function requests(): array {
		return array_merge( $this->moves, $this->settling->requests(), ...array_map( static fn( Event_Log $log ): array => $log->requests(), $this->logs ) );
	}

	/** @return array<string, string> */
	private function as_copy(): array {
		return array(
			'CLOSTE_CHAOS_DATABASE' => Network_Copy::DATABASE,
			'CLOSTE_CHAOS_DOMAIN'   => Names::STAGING,
		) + $this->network;
	}

	private function database(): \mysqli {
		return $this->servers->connect( Names::DATABASE ) ?? throw new \RuntimeException( 'The database is not there.' );
	}
}
