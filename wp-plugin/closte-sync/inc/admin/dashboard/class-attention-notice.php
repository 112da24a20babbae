<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Dashboard;

use ClosteSync\Admin\Dismissals;
use ClosteSync\Admin\Notice;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Attention_Counts;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\State;

/**
 * Says which domains need somebody. Once dismissed it comes back for new trouble only: the newest of what was said then is
 * part of its name.
 */
final class Attention_Notice {

	private const NAME = 'attention';

	public function __construct( private readonly Container $services ) {}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function show(): void {
		$counts = $this->services->attention()->counts();

		if ( 0 === $counts->total() || $counts->newest <= Dismissals::last_time( self::NAME ) ) {
			return;
		}

		$state = $counts->network > 0 ? State::NetworkMustAct : State::OwnerMustAct;
		$row   = $this->services->attention()->longest( 1, '', $state )[0] ?? null;

		if ( null === $row ) {
			return;
		}

		$html = Notice::paragraph( '<strong>' . esc_html( self::sentence( $counts ) ) . '</strong> ' . esc_html( self::who( $counts ) ) );
		$html .= Notice::paragraph(
			sprintf(
				'<strong dir="ltr">%1$s</strong>: %2$s',
				esc_html( $this->services->domain_names()->shown( $row->domain ) ),
				esc_html( Advice::of( $row )->sentence() )
			),
			1 === $counts->total() ? Pages::domain_url( $row->id ) : Pages::domains_url(),
			1 === $counts->total() ? __( 'See what to do', 'closte-sync' ) : __( 'See all domains', 'closte-sync' )
		);

		Notice::show_dismissible( self::NAME . "-$counts->newest", State::NetworkMustAct === $state ? 'error' : 'warning', $html );
	}

	private static function sentence( Attention_Counts $counts ): string {
		return sprintf(
			/* translators: %s: number of domains */
			_n( '%s domain needs attention.', '%s domains need attention.', $counts->total(), 'closte-sync' ),
			number_format_i18n( $counts->total() )
		);
	}

	private static function who( Attention_Counts $counts ): string {
		return match ( true ) {
			0 === $counts->network => _n( 'Its owner must act.', 'Their owners must act.', $counts->owner, 'closte-sync' ),
			0 === $counts->owner   => __( 'A network admin must act.', 'closte-sync' ),
			default                => sprintf(
				/* translators: 1: number of domains, 2: number of domains */
				__( 'A network admin must act for %1$s, the owner for %2$s.', 'closte-sync' ),
				number_format_i18n( $counts->network ),
				number_format_i18n( $counts->owner )
			),
		};
	}
}
