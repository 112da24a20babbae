<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Mail;

use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Certificate_Standing;
use ClosteSync\Diagnosis\Labels;
use ClosteSync\Diagnosis\Records_Text;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;

/**
 * The weekly summary: plain text, in the language that is in force.
 */
final class Digest_Text {

	public function __construct( private readonly Domain_Names $names ) {}

	/**
	 * @param array<string, int> $counts By state.
	 */
	public function subject( array $counts ): string {
		$troubled = self::troubled( $counts );

		return sprintf(
			/* translators: 1: title of the network, 2: what the email is about */
			__( '[%1$s] %2$s', 'closte-sync' ),
			wp_specialchars_decode( (string) get_network_option( get_main_network_id(), 'site_name' ), ENT_QUOTES ),
			0 === $troubled
				? __( 'Certificates expire soon', 'closte-sync' )
				: sprintf(
					/* translators: %s: number of domains */
					_n( '%s domain needs attention', '%s domains need attention', $troubled, 'closte-sync' ),
					number_format_i18n( $troubled )
				)
		);
	}

	/**
	 * @param array<string, int> $counts    By state.
	 * @param list<Ledger_Row>   $rows      Those that have needed somebody for the longest time.
	 * @param list<Ledger_Row>   $ending    Those whose certificate expires soon.
	 * @param string             $hindrance What keeps all domains from being sent.
	 * @param ?string            $problem   The same for people.
	 */
	public function message(
		array $counts,
		array $rows,
		array $ending,
		string $hindrance,
		?string $problem,
		string $domains_url,
		string $settings_url
	): string {
		$line    = static fn( State $state ): string => $state->label() . ': ' . number_format_i18n( $counts[ $state->value ] );
		$parts   = null === $problem ? array() : array( $problem );
		$parts[] = implode( "\n", array_map( $line, State::cases() ) );

		foreach ( $rows as $row ) {
			$parts[] = $this->about( $row, $hindrance );
		}

		if ( self::troubled( $counts ) > count( $rows ) ) {
			$parts[] = __( 'The list of domains has all of them.', 'closte-sync' );
		}

		if ( array() !== $ending ) {
			$lines   = array_map( $this->ending( ... ), $ending );
			$parts[] = implode( "\n", array( __( 'Certificates that expire soon:', 'closte-sync' ), ...$lines ) );
		}

		/* translators: %s: address */
		$parts[] = sprintf( __( 'Domains: %s', 'closte-sync' ), $domains_url );
		/* translators: %s: address */
		$parts[] = sprintf( __( 'To stop this weekly email, go to the settings: %s', 'closte-sync' ), $settings_url );

		return implode( "\n\n", $parts ) . "\n";
	}

	private function about( Ledger_Row $row, string $hindrance ): string {
		$lines = array(
			sprintf(
				/* translators: 1: domain, 2: who must act, 3: a span of time */
				__( '%1$s – %2$s, for %3$s', 'closte-sync' ),
				$this->names->shown( $row->domain ),
				$row->state( $hindrance )->label(),
				human_time_diff( $row->state_since )
			),
			Advice::of( $row, $hindrance )->sentence(),
			Records_Text::of( $row->dns_records() ),
		);

		return implode( "\n", array_filter( $lines, static fn( string $line ): bool => '' !== $line ) );
	}

	private function ending( Ledger_Row $row ): string {
		$days = (int) Certificate_Standing::days_left( $row->certificate_not_after, time() );

		return $this->names->shown( $row->domain ) . ': ' . Labels::certificate_end( $days );
	}

	/**
	 * @param array<string, int> $counts By state.
	 */
	private static function troubled( array $counts ): int {
		return $counts[ State::NetworkMustAct->value ] + $counts[ State::OwnerMustAct->value ];
	}
}
