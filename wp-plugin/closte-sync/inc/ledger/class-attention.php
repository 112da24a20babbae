<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Finds the domains that need somebody, without reading the others.
 *
 * Every method throws {@see Database_Exception} when the database fails. `$hindrance` is what
 * {@see \ClosteSync\Sync\Readiness::hindrance()} says.
 */
final class Attention {

	/** A www name that came with its domain may wait for a DNS record for ever: nothing is wrong with it. */
	private const NOT_DNSLESS = "NOT ( state = 'waiting' AND source = 'www' AND dns_state = 'missing' )";

	private readonly Database $database;
	private readonly string $table;
	private readonly Row_Counter $counter;

	/**
	 * What this request has counted, by hindrance.
	 *
	 * @var array<string, Attention_Counts>
	 */
	private array $counted = array();

	public function __construct( \wpdb $wpdb ) {
		$this->database = new Database( $wpdb );
		$this->table    = $this->database->table( Schema::TABLE );
		$this->counter  = new Row_Counter( $this->database );
	}

	/**
	 * Counted once a request: the menu and the notices of a page say the same.
	 */
	public function counts( string $hindrance = '' ): Attention_Counts {
		return $this->counted[ $hindrance ] ??= $this->count( $hindrance );
	}

	private function count( string $hindrance ): Attention_Counts {
		$counts = $this->counter->recent();
		$rows   = $counts->by_state( $hindrance );
		$newest = array_map( static fn( State $state ): int => $counts->newest( $state, $hindrance ), State::troubled() );

		return new Attention_Counts( $rows[ State::NetworkMustAct->value ], $rows[ State::OwnerMustAct->value ], max( $newest ) );
	}

	/**
	 * Those that have needed somebody for the longest time. A www name beside its domain is not listed: both are usually
	 * mended by the same change.
	 *
	 * @param ?State $only    Only those that are shown in this state; null: whoever must act.
	 * @param bool   $is_each Whether such www names are listed, too.
	 * @return list<Ledger_Row>
	 */
	public function longest( int $limit, string $hindrance = '', ?State $only = null, bool $is_each = false ): array {
		$rows   = array();
		$states = null === $only ? self::stored( $hindrance ) : $only->stored_under( $hindrance );

		// One state a statement: each is read in the order of its index.
		foreach ( $states as $state ) {
			array_push( $rows, ...$this->rows( 'state = %s ORDER BY state_since, base_name LIMIT %d', $state->value, 2 * $limit ) );
		}

		$age = static fn( Ledger_Row $row ): array => array( $row->state_since, $row->base_name, $row->id );
		usort( $rows, static fn( Ledger_Row $a, Ledger_Row $b ): int => $age( $a ) <=> $age( $b ) );

		$by_name = array();

		foreach ( $rows as $row ) {
			$by_name[ $is_each ? $row->domain : $row->base_name ] ??= $row;
		}

		return array_slice( array_values( $by_name ), 0, $limit );
	}

	/**
	 * Domains that are done and whose certificate ends before this time, the first to end first; those whose certificate has
	 * ended among them.
	 *
	 * @param int $until Unix time.
	 * @return list<Ledger_Row>
	 */
	public function certificates_ending( int $until, int $limit ): array {
		return $this->rows(
			"certificate_not_after BETWEEN 1 AND %d AND stage = 'done' AND wanted = 'present' ORDER BY certificate_not_after, id LIMIT %d",
			$until - 1,
			$limit
		);
	}

	/**
	 * Those that have waited since before this time, but for www names without DNS.
	 *
	 * @param int $before Unix time.
	 * @return list<Ledger_Row>
	 */
	public function waiting_since( int $before, int $limit ): array {
		return $this->rows(
			"state = 'waiting' AND state_since BETWEEN 1 AND %d AND " . self::NOT_DNSLESS . ' ORDER BY state_since, base_name LIMIT %d',
			$before,
			$limit
		);
	}

	/**
	 * How many domains of each site are in which state, but for www names that wait for DNS.
	 *
	 * @param list<int> $blog_ids
	 * @return array<int, array<string, int>> By site and by state, the worst first; sites without a domain are left out.
	 */
	public function counts_by_site( array $blog_ids, string $hindrance = '' ): array {
		if ( array() === $blog_ids ) {
			return array();
		}

		$counts = array();
		$rows   = $this->database->rows(
			'SELECT blog_id, state, COUNT(*) AS rows_there FROM %i WHERE blog_id IN ( ' . implode( ', ', array_map( 'intval', $blog_ids ) ) . ' ) AND ' . self::NOT_DNSLESS . ' GROUP BY blog_id, state',
			$this->table
		);

		foreach ( $rows as $row ) {
			$blog_id = (int) $row['blog_id'];
			$state   = ( State::tryFrom( $row['state'] ) ?? State::NetworkMustAct )->under( $hindrance );

			$counts[ $blog_id ]                  ??= array_fill_keys( array_column( State::cases(), 'value' ), 0 );
			$counts[ $blog_id ][ $state->value ] += (int) $row['rows_there'];
		}

		return array_map( 'array_filter', $counts );
	}

	/**
	 * @return list<Ledger_Row>
	 */
	private function rows( string $where, mixed ...$values ): array {
		return array_map(
			Ledger_Row::from_array( ... ),
			$this->database->rows( "SELECT * FROM %i WHERE $where", $this->table, ...$values )
		);
	}

	/**
	 * The states of rows that are shown as those in which somebody must act.
	 *
	 * @return non-empty-list<State>
	 */
	private static function stored( string $hindrance ): array {
		return array_merge( ...array_map( static fn( State $state ): array => $state->stored_under( $hindrance ), State::troubled() ) );
	}
}
