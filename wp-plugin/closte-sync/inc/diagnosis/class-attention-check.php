<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Attention;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;

/**
 * Checks whether any domain needs somebody, or has waited for longer than it should, without reading the others.
 */
final class Attention_Check {

	/** Domains that are named; the others are counted. */
	private const MOST_NAMED = 10;

	/**
	 * @param string $hindrance What keeps all domains from being sent, as {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 * @param int    $now       Unix time.
	 */
	public function __construct(
		private readonly Attention $attention,
		private readonly Domain_Names $names,
		private readonly string $hindrance,
		private readonly int $now,
	) {}

	public function network(): Finding {
		$label = __( 'Domains that need a network admin', 'closte-sync' );
		$count = $this->attention->counts()->network;
		$rows  = $this->attention->longest( self::MOST_NAMED, '', State::NetworkMustAct );

		return 0 === $count || array() === $rows
			? new Finding( 'network-must-act', $label, Severity::Ok, __( 'No domain needs a network admin.', 'closte-sync' ) )
			: new Finding(
				'network-must-act',
				$label,
				Severity::Error,
				sprintf(
					/* translators: 1: number of domains, 2: their names */
					_n( '%1$s domain needs a network admin: %2$s.', '%1$s domains need a network admin: %2$s.', $count, 'closte-sync' ),
					number_format_i18n( $count ),
					$this->name( $rows, $count )
				),
				$this->advice( $rows[0] )
			);
	}

	public function owner(): Finding {
		$label = __( 'Domains that need their owner', 'closte-sync' );
		$count = $this->attention->counts()->owner;
		$rows  = $this->attention->longest( self::MOST_NAMED, '', State::OwnerMustAct );

		return 0 === $count || array() === $rows
			? new Finding( 'owner-must-act', $label, Severity::Ok, __( 'No domain needs a change by its owner.', 'closte-sync' ) )
			: new Finding(
				'owner-must-act',
				$label,
				Severity::Warning,
				sprintf(
					/* translators: 1: number of domains, 2: their names */
					_n( '%1$s domain needs a change by its owner: %2$s.', '%1$s domains need a change by their owners: %2$s.', $count, 'closte-sync' ),
					number_format_i18n( $count ),
					$this->name( $rows, $count )
				),
				$this->advice( $rows[0] )
			);
	}

	/**
	 * Whether anything has waited for longer than DNS and certificates are waited for.
	 */
	public function waiting(): Finding {
		$label = __( 'Domains that wait', 'closte-sync' );

		if ( '' !== $this->hindrance ) {
			return new Finding( 'waiting', $label, Severity::Skipped, __( 'Domains wait until the integration can send and check them.', 'closte-sync' ) );
		}

		$rows = $this->attention->waiting_since( $this->now - \Closte\Lifecycle::LONGEST_WAIT, self::MOST_NAMED + 1 );

		return array() === $rows
			? new Finding( 'waiting', $label, Severity::Ok, __( 'No domain has waited for longer than expected.', 'closte-sync' ) )
			: new Finding(
				'waiting',
				$label,
				Severity::Warning,
				/* translators: %s: names of domains */
				sprintf( __( 'These domains have waited for longer than expected: %s.', 'closte-sync' ), $this->name( $rows, count( $rows ) ) ),
				__( 'Check whether background processing runs and whether Closte answers. If both are fine, check the domains on the Domains screen.', 'closte-sync' )
			);
	}

	/**
	 * What is wrong with the domain that has needed somebody for the longest time, and what to do.
	 */
	private function advice( Ledger_Row $row ): string {
		return sprintf(
			/* translators: 1: domain, 2: what is wrong and what to do */
			__( '%1$s: %2$s The Domains screen and “wp closte domain list” say what to do for each domain.', 'closte-sync' ),
			$this->names->shown( $row->domain ),
			Advice::of( $row )->sentence()
		);
	}

	/**
	 * @param list<Ledger_Row> $rows
	 * @param int              $count How many there are.
	 */
	private function name( array $rows, int $count ): string {
		$names = array();

		foreach ( array_slice( $rows, 0, self::MOST_NAMED ) as $row ) {
			$names[] = $this->names->shown( $row->domain );
		}

		return implode( ', ', $count > count( $names ) ? array( ...$names, '…' ) : $names );
	}
}
