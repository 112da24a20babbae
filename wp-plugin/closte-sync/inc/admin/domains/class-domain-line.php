<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Ledger\Ledger_Row;

/**
 * One line of the Domains screen: a domain, with its www name where the same is to be said of both.
 */
final class Domain_Line {

	/**
	 * @param non-empty-list<Ledger_Row> $rows The domain, then its www name.
	 * @param bool                       $follows Whether it is the www name of the domain in the line before.
	 */
	private function __construct( public readonly array $rows, public readonly bool $follows ) {}

	/**
	 * @param list<Ledger_Row> $rows      In the order of the list.
	 * @param string           $hindrance What keeps all domains from being sent.
	 * @return list<self>
	 */
	public static function of( array $rows, string $hindrance ): array {
		$lines = array();
		$last  = null;

		foreach ( $rows as $row ) {
			$follows = null !== $last && $last->base_name === $row->base_name && $last->domain === $row->base_name;

			if ( $follows && self::said_of( $last, $hindrance ) === self::said_of( $row, $hindrance ) ) {
				array_pop( $lines );
				$lines[] = new self( array( $last, $row ), false );
			} else {
				$lines[] = new self( array( $row ), $follows );
			}

			$last = $row;
		}

		return $lines;
	}

	public function row(): Ledger_Row {
		return $this->rows[0];
	}

	/**
	 * The www name that stands in the line of its domain.
	 */
	public function www(): ?Ledger_Row {
		return $this->rows[1] ?? null;
	}

	/**
	 * @return non-empty-list<int>
	 */
	public function ids(): array {
		return array_column( $this->rows, 'id' );
	}

	/**
	 * The next of the times that a column of both says; 0: never.
	 *
	 * @param string $column Of the ledger.
	 */
	public function earliest( string $column ): int {
		$times = array_filter( array_column( $this->rows, $column ) );

		return array() === $times ? 0 : min( $times );
	}

	/**
	 * What a line says of a row, but for times.
	 *
	 * @return array<mixed>
	 */
	private static function said_of( Ledger_Row $row, string $hindrance ): array {
		return array(
			$row->state( $hindrance ),
			$row->stage,
			$row->blog_id,
			$row->awaits_call(),
			$row->unreadable_column(),
			$row->error_kind,
			$row->dns_state,
			$row->certificate_state,
			array_column( $row->problems, 'code' ),
		);
	}
}
