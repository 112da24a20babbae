<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;

/**
 * Knows what is wanted at Closte: what sites and mappings have, what was added by hand, and the www names of both.
 */
final class Wanted_Domains {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Domain_Rules $rules,
	) {}

	/**
	 * Those of these rows whose domains are wanted, asked of all together.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return array<string, ?array{blog_id: int, source: string}> By domain, who wants it, as {@see Desired_Domains::wanted()}
	 *                                                              has it; site 0: it was added by hand, or with such a domain.
	 * @throws Database_Exception When the database fails.
	 */
	public function among( array $rows ): array {
		$wanted = $this->desired->wanted( array_column( $rows, 'domain' ) );
		$by     = static fn( string $source ): array => array(
			'blog_id' => 0,
			'source'  => $source,
		);
		$others = array();

		foreach ( $rows as $row ) {
			if ( array_key_exists( $row->domain, $wanted ) ) {
				continue;
			}

			if ( $row->by_hand ) {
				$wanted[ $row->domain ] = $by( Row_Source::MANUAL );
			} elseif ( Wanted::Absent !== $row->wanted || Row_Source::MANUAL !== $row->source ) {
				// What someone has taken away by hand does not stay for the sake of what was added by hand.
				$others[] = $row->domain;
			}
		}

		return $wanted + array_fill_keys( $this->www_of_by_hand( $others ), $by( Row_Source::WWW ) );
	}

	/**
	 * Whether one of these domains is wanted, with or without a row.
	 *
	 * @param list<string> $domains
	 * @throws Database_Exception When the database fails.
	 */
	public function has_any( array $domains ): bool {
		$rows   = $this->ledger->find_all( $domains );
		$others = array_values( array_diff( $domains, array_column( $rows, 'domain' ) ) );

		return array() !== $this->among( $rows ) || ( array() !== $others && array() !== $this->desired->wanted( $others ) );
	}

	/**
	 * All of them, but for mappings whose plugin is not loaded now, in portions. One that several want comes more than once: the
	 * first has it.
	 *
	 * @return iterable<array{wanted: array<string, array{blog_id: int, source: string}>, used: list<string>}> As
	 *                                                                    {@see Desired_Domains::portions()} has it.
	 * @throws Database_Exception When the database fails.
	 */
	public function all(): iterable {
		yield from $this->desired->portions();

		$rules = $this->rules->frozen();

		foreach ( $this->ledger->outlines()->by_hand() as $rows ) {
			$wanted = array();

			foreach ( $rows as $row ) {
				$wanted[ $row->domain ] ??= array(
					'blog_id' => $row->blog_id,
					'source'  => Row_Source::MANUAL,
				);

				$www = $rules->www_of( $row->domain );

				if ( null !== $www ) {
					$wanted[ $www ] ??= array(
						'blog_id' => $row->blog_id,
						'source'  => Row_Source::WWW,
					);
				}
			}

			yield array(
				'wanted' => $wanted,
				'used'   => array(),
			);
		}
	}

	/**
	 * @param list<string> $domains
	 * @return list<string> Those that are the www names of what was added by hand.
	 */
	private function www_of_by_hand( array $domains ): array {
		$bare = $this->rules->at_once( fn(): array => array_map( $this->rules->with_www( ... ), $domains ) );
		$bare = array_filter( array_combine( $domains, $bare ) );

		return array_map( strval( ... ), array_keys( array_intersect( $bare, $this->ledger->added_by_hand( array_values( $bare ) ) ) ) );
	}
}
