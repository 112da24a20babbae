<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Outcome_Counts;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Operations\Ownership;

/**
 * What sending all domains would do, in words: with numbers, and the names behind them.
 */
final class Send_Plan {

	private const MOST_NAMED = 50;

	/** How many domains of this network Closte has already, and the list lacks. */
	private readonly int $unlisted;

	/** @var list<string> www names that are not sent before they have DNS. */
	private readonly array $dnsless;

	/** @var array<string, string> What Closte said of those that it refused before, by domain. */
	private readonly array $refused_before;

	/**
	 * @param \Closte\Plan $plan One that removes nothing.
	 */
	public function __construct( private readonly Container $services, private readonly \Closte\Plan $plan ) {
		$missing = array_fill_keys( $plan->keep, true );
		$dnsless = array();

		foreach ( $services->ledger()->outlines()->all() as $rows ) {
			foreach ( $rows as $row ) {
				if ( Wanted::Present === $row->wanted ) {
					unset( $missing[ $row->domain ] );
				}

				if ( $row->waits_for_dns ) {
					$dnsless[] = $row->domain;
				}
			}
		}

		$refused = $services->ledger_search()->refusals();

		$this->unlisted       = count( array_diff_key( $missing, array_flip( $plan->unwanted ) ) );
		$this->dnsless        = array_values( array_diff( $dnsless, $plan->keep ) );
		$this->refused_before = array_intersect_key( $refused, array_flip( $plan->add ) );
	}

	/**
	 * How many would be sent.
	 */
	public function count(): int {
		return count( $this->plan->add ) + count( $this->plan->invalid );
	}

	/**
	 * What the button says that carries it out; '': there is nothing to do.
	 */
	public function button(): string {
		$count = $this->count();

		if ( 0 === $count ) {
			return 0 === $this->unlisted ? '' : __( 'Add to the list', 'closte-sync' );
		}

		/* translators: %s: number of domains */
		return sprintf( _n( 'Send %s domain', 'Send %s domains', $count, 'closte-sync' ), number_format_i18n( $count ) );
	}

	public function show(): void {
		$kept = count( $this->plan->keep ) - count( $this->plan->unwanted );

		echo '<ul class="closte-sync-plan">';
		$this->show_added( $this->plan->add );
		$this->show_refused( $this->plan->invalid );

		if ( array() !== $this->dnsless ) {
			$this->show_line( 'clock', trim( ( new Outcome_Counts( without_dns: count( $this->dnsless ) ) )->note() ), $this->dnsless );
		}

		$this->show_line(
			'yes-alt',
			/* translators: %s: number of domains */
			sprintf( _n( '%s domain is at Closte already and stays as it is.', '%s domains are at Closte already and stay as they are.', $kept, 'closte-sync' ), number_format_i18n( $kept ) ),
			array_diff( $this->plan->keep, $this->plan->unwanted )
		);

		if ( $this->unlisted > 0 ) {
			$this->show_line(
				'list-view',
				1 === $kept
					? __( 'It is not on the Domains screen yet and is added to it.', 'closte-sync' )
					/* translators: %s: number of domains */
					: sprintf( _n( '%s of them is not on the Domains screen yet and is added to it.', '%s of them are not on the Domains screen yet and are added to it.', $this->unlisted, 'closte-sync' ), number_format_i18n( $this->unlisted ) )
			);
		}

		$this->show_line( 'shield', __( 'No domain is removed.', 'closte-sync' ) );
		$this->show_left_alone();
		echo '</ul>';
	}

	/**
	 * @param list<string> $domains
	 */
	private function show_added( array $domains ): void {
		$count = count( $domains );
		$this->show_line(
			'plus-alt',
			0 === $count
				? __( 'Closte has all domains of this network: none is missing.', 'closte-sync' )
				/* translators: %s: number of domains */
				: sprintf( _n( '%s domain is missing at Closte and is sent.', '%s domains are missing at Closte and are sent.', $count, 'closte-sync' ), number_format_i18n( $count ) ),
			$domains
		);

		$all   = $count;
		$count = count( $this->refused_before );

		if ( $count > 0 ) {
			$this->show_line(
				'warning',
				/* translators: %s: number of domains */
				1 === $all ? __( 'It was refused by Closte before and is sent again.', 'closte-sync' ) : sprintf( _n( '%s of them was refused by Closte before and is sent again.', '%s of them were refused by Closte before and are sent again.', $count, 'closte-sync' ), number_format_i18n( $count ) ),
				array_keys( $this->refused_before ),
				$this->refused_before
			);
		}
	}

	/**
	 * @param list<string> $domains Names that Closte can never have.
	 */
	private function show_refused( array $domains ): void {
		$count = count( $domains );

		if ( $count > 0 ) {
			$this->show_line(
				'warning',
				/* translators: %s: number of names */
				sprintf( _n( '%s name cannot be sent. The Domains screen shows it as refused.', '%s names cannot be sent. The Domains screen shows them as refused.', $count, 'closte-sync' ), number_format_i18n( $count ) ),
				$domains,
				array_map( 'strval', array_combine( $domains, array_map( $this->services->domain_names()->problem( ... ), $domains ) ) )
			);
		}
	}

	private function show_left_alone(): void {
		$count = count( $this->plan->unwanted );

		if ( $count > 0 ) {
			$this->show_line(
				'minus',
				/* translators: %s: number of domains */
				sprintf( _n( '%s domain at Closte is no longer used in this network. It stays there until you remove it.', '%s domains at Closte are no longer used in this network. They stay there until you remove them.', $count, 'closte-sync' ), number_format_i18n( $count ) ),
				$this->plan->unwanted,
				array(),
				Pages::domains_url( array( 'stage' => Stage::Retired->value ) )
			);
		}

		$count = count( $this->plan->foreign );

		if ( $count > 0 ) {
			$this->show_line(
				'admin-site-alt3',
				/* translators: %s: number of domains */
				sprintf( _n( '%s domain at Closte is foreign: no site of this network has had it. It is left alone.', '%s domains at Closte are foreign: no site of this network has had them. They are left alone.', $count, 'closte-sync' ), number_format_i18n( $count ) ),
				$this->plan->foreign,
				array(),
				Section::list_url( Ownership::Foreign )
			);
		}
	}

	/**
	 * @param string                $icon    Of WordPress's own.
	 * @param array<string>         $domains That the line is about.
	 * @param array<string, string> $reasons By domain.
	 * @param string                $url     Where something can be done about them; ''.
	 */
	private function show_line( string $icon, string $text, array $domains = array(), array $reasons = array(), string $url = '' ): void {
		printf( '<li><span class="dashicons dashicons-%s" aria-hidden="true"></span><div>', esc_attr( $icon ) );

		if ( array() === $domains ) {
			echo esc_html( $text );
		} else {
			printf( '<details><summary>%s</summary><ul class="ul-disc">', esc_html( $text ) );

			foreach ( array_slice( $domains, 0, self::MOST_NAMED ) as $domain ) {
				printf(
					'<li><span dir="ltr">%s</span>%s</li>',
					esc_html( $this->services->domain_names()->shown( $domain ) ),
					esc_html( isset( $reasons[ $domain ] ) ? ' — ' . $reasons[ $domain ] : '' )
				);
			}

			$more = count( $domains ) - self::MOST_NAMED;

			if ( $more > 0 ) {
				/* translators: %s: number of domains */
				$text = sprintf( _n( 'and %s more', 'and %s more', $more, 'closte-sync' ), number_format_i18n( $more ) );
				printf( '<li>%s</li>', esc_html( $text ) );
			}

			echo '</ul></details>';
		}

		if ( '' !== $url ) {
			printf( ' <a href="%s">%s</a>', esc_url( $url ), esc_html( _n( 'Show it', 'Show them', count( $domains ), 'closte-sync' ) ) );
		}

		echo '</div></li>';
	}
}
