<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Site_Cell;
use ClosteSync\Admin\State_Label;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Certificate_Standing;
use ClosteSync\Diagnosis\Labels;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;

/**
 * Makes the cells of the Domains screen's table: who must act for a domain, what is wrong and what to do next.
 */
final class Domain_Cells {

	/**
	 * The moment that relative times count from.
	 */
	private readonly int $now;

	/**
	 * @param string $hindrance What keeps all domains from being sent and checked, or ''.
	 */
	public function __construct( private readonly Container $services, private readonly string $hindrance ) {
		$this->now = time();
	}

	/**
	 * @param string $column As the table names it.
	 */
	public function html( Domain_Line $line, string $column ): string {
		$row = $line->row();

		return match ( $column ) {
			'domain'      => $this->domain( $line ),
			'blog_id'     => $this->site( $row ),
			'state'       => $this->state( $line ),
			'since'       => $this->time_ago( $line->earliest( 'state_since' ) ),
			'advice'      => $this->advice( $line ),
			'dns'         => $this->checked( Labels::dns_state( $row->dns_state ), $row->dns_checked_at ),
			'certificate' => $this->certificate( $line ),
			'next_check'  => $this->next_check( $line->earliest( 'next_check_at' ) ),
			'source'      => esc_html( $this->services->sources()->label( $row->source ) ),
			'created'     => esc_html( (string) wp_date( (string) get_option( 'date_format' ), $row->created_at ) ),
			default       => '',
		};
	}

	/**
	 * The domain as people write it, told from what looks like it; with its www name, where the line is of both.
	 */
	public function name( Domain_Line $line ): string {
		$name = $this->services->domain_names()->shown( $line->row()->domain );

		/* translators: %s: domain */
		return null === $line->www() ? $name : sprintf( __( '%s and its www name', 'closte-sync' ), $name );
	}

	/**
	 * What a screen reader is told once it has changed.
	 */
	public function summary( Domain_Line $line ): string {
		$row   = $line->row();
		$state = $row->state( $this->hindrance );

		return sprintf(
			/* translators: 1: domain, 2: its state */
			__( '%1$s: %2$s', 'closte-sync' ),
			$this->name( $line ),
			State::Working === $state ? $state->label() : $state->label() . ', ' . Labels::stage( $row )
		);
	}

	/**
	 * The domain, as people write it and, where that differs, as it is sent. Names run from left to right in every
	 * language, or `*.example.com` would read `example.com.*`. A narrow screen shows this column alone: it says the
	 * state too.
	 */
	private function domain( Domain_Line $line ): string {
		$row     = $line->row();
		$names   = $this->services->domain_names();
		$a_label = $names->a_label( $row->domain );
		$html    = sprintf(
			'<strong><a class="row-title" dir="ltr" href="%s">%s</a></strong>',
			esc_url( Pages::domain_url( $row->id, $row->domain ) ),
			esc_html( $names->unicode( $row->domain ) )
		);

		if ( null !== $a_label ) {
			$html .= '<span class="closte-sync-ascii" dir="ltr">' . esc_html( $a_label ) . '</span>';
		}

		$www = $line->www();

		if ( null !== $www ) {
			$link  = sprintf(
				'<a href="%s" dir="ltr" aria-label="%s">www.</a>',
				esc_url( Pages::domain_url( $www->id, $www->domain ) ),
				esc_attr( $names->unicode( $www->domain ) )
			);
			$html .= '<span class="closte-sync-www">'
				/* translators: %s: "www.", as a link: the domain with it in front */
				. sprintf( esc_html__( 'and %s', 'closte-sync' ), $link ) . '</span>';
		}

		return $html . '<span class="closte-sync-brief">' . State_Label::html( $row->state( $this->hindrance ) ) . '</span>';
	}

	private function site( Ledger_Row $row ): string {
		$site = $row->blog_id > 0 ? get_site( $row->blog_id ) : null;

		return null === $site ? Site_Cell::none() : Site_Cell::link( $site );
	}

	/**
	 * Who must act, and below it how far the domain has come.
	 */
	private function state( Domain_Line $line ): string {
		$row   = $line->row();
		$state = $row->state( $this->hindrance );
		$stage = Labels::stage( $row );
		$since = $line->earliest( 'stage_since' );
		$html  = State_Label::html( $state );

		if ( State::Working === $state ) {
			return $html;
		}

		$for = $since > 0 ? human_time_diff( $since, $this->now ) : '';

		$text = match ( true ) {
			'' === $for               => $stage,
			/* translators: %s: a span of time */
			$stage === $state->label() => sprintf( __( 'for %s', 'closte-sync' ), $for ),
			/* translators: 1: stage of a domain, 2: a span of time */
			default                   => sprintf( __( '%1$s, for %2$s', 'closte-sync' ), $stage, $for ),
		};

		return $html . '<span class="closte-sync-more">' . esc_html( $text ) . '</span>';
	}

	private function advice( Domain_Line $line ): string {
		$advice = Advice::of( $line->row(), $this->hindrance );
		$www    = $line->www();
		$html   = '' === $advice->wrong ? '' : '<p>' . esc_html( $advice->wrong ) . '</p>';

		if ( '' !== $html && null !== $www ) {
			/* translators: %s: domain with www */
			$html .= '<p>' . esc_html( sprintf( __( 'The same applies to %s.', 'closte-sync' ), $this->services->domain_names()->unicode( $www->domain ) ) ) . '</p>';
		}

		if ( '' !== $advice->next ) {
			$html .= '<p class="closte-sync-more">' . esc_html( $advice->next ) . '</p>';
		}

		return '' === $html ? esc_html__( 'Nothing to do.', 'closte-sync' ) : $html;
	}

	private function certificate( Domain_Line $line ): string {
		$row  = $line->row();
		$html = $this->checked( Labels::certificate_state( $row->certificate_state ), $row->certificate_checked_at );
		$ends = $line->earliest( 'certificate_not_after' );
		$days = $ends > 0 ? Certificate_Standing::days_left( $ends, $this->now ) : null;

		if ( null === $days ) {
			return $html;
		}

		$text = match ( true ) {
			$days < 0   => __( 'expired', 'closte-sync' ),
			0 === $days => __( 'expires within a day', 'closte-sync' ),
			/* translators: %s: number of days */
			default     => sprintf( _n( 'expires in %s day', 'expires in %s days', $days, 'closte-sync' ), number_format_i18n( $days ) ),
		};

		return $html . '<span class="closte-sync-more">' . esc_html( $text ) . '</span>';
	}

	/**
	 * @param int $at Unix time; 0: never.
	 */
	private function next_check( int $at ): string {
		if ( 0 === $at ) {
			return esc_html__( 'Never', 'closte-sync' );
		}

		if ( '' !== $this->hindrance ) {
			return esc_html(
				match ( $this->hindrance ) {
					'identity' => __( 'When you have confirmed which network this is', 'closte-sync' ),
					'off'      => __( 'When the integration is turned on', 'closte-sync' ),
					'plugin'   => __( 'When Closte Sync is updated', 'closte-sync' ),
					'key'      => __( 'When there is an API key', 'closte-sync' ),
					default    => __( 'When the extension is available', 'closte-sync' ),
				}
			);
		}

		if ( $at <= $this->now ) {
			return esc_html__( 'Now', 'closte-sync' );
		}

		/* translators: %s: a span of time */
		return self::time( $at, sprintf( __( 'in %s', 'closte-sync' ), human_time_diff( $this->now, $at ) ) );
	}

	/**
	 * @param int $at Unix time; 0: nobody knows.
	 */
	private function time_ago( int $at ): string {
		if ( 0 === $at ) {
			return self::nothing( __( 'Unknown', 'closte-sync' ) );
		}

		/* translators: %s: a span of time */
		return self::time( $at, sprintf( __( '%s ago', 'closte-sync' ), human_time_diff( $at, $this->now ) ) );
	}

	private static function time( int $at, string $text ): string {
		return sprintf(
			'<time datetime="%1$s" title="%2$s">%3$s</time>',
			esc_attr( gmdate( 'c', $at ) ),
			esc_attr( (string) wp_date( 'Y-m-d H:i:s', $at ) ),
			esc_html( $text )
		);
	}

	/**
	 * What was found, with the time of the check behind it.
	 *
	 * @param string $found In words, or '' for nothing yet.
	 * @param int    $at    Unix time of the check, or 0.
	 */
	private function checked( string $found, int $at ): string {
		if ( '' === $found || 0 === $at ) {
			return self::nothing( __( 'Not checked yet', 'closte-sync' ) );
		}

		return sprintf(
			'<span title="%s">%s</span>',
			/* translators: %s: a span of time */
			esc_attr( sprintf( __( 'Checked %s ago', 'closte-sync' ), human_time_diff( $at, $this->now ) ) ),
			esc_html( $found )
		);
	}

	private static function nothing( string $why ): string {
		return '<span aria-hidden="true">—</span><span class="screen-reader-text">' . esc_html( $why ) . '</span>';
	}
}
