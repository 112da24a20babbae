<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Dashboard;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\State_Label;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Certificate_Standing;
use ClosteSync\Diagnosis\Labels;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;

/**
 * The box on the network dashboard: how many domains are in which state, which ones need somebody, and what to do.
 */
final class Dashboard_Widget {

	private const ID = 'closte_sync_domains';

	/** Domains that are named under each heading. */
	private const NAMED = 3;

	private readonly int $now;

	public function __construct( private readonly Container $services ) {
		$this->now = time();
	}

	/**
	 * Called on `wp_network_dashboard_setup`.
	 */
	public function add(): void {
		if ( ! Guard::allows() ) {
			return;
		}

		add_action( 'admin_enqueue_scripts', array( self::class, 'enqueue_styles' ) );
		wp_add_dashboard_widget( self::ID, __( 'Domains of this network', 'closte-sync' ), $this->show( ... ) );
	}

	/**
	 * The styles of the box, and of the column on All Sites.
	 */
	public static function enqueue_styles(): void {
		Assets::enqueue_style();
		Assets::enqueue_style( 'dashboard', array( 'closte-sync-admin' ) );
	}

	public function show(): void {
		$hindrance = $this->services->readiness()->hindrance();

		echo '<div class="closte-sync-widget">';

		try {
			$counts = $this->services->ledger_search()->recent_counts()->by_state( $hindrance );

			$this->show_hindrance( $hindrance );

			if ( 0 === array_sum( $counts ) ) {
				$this->show_empty( $hindrance );
			} else {
				$this->show_counts( $counts );
				$this->show_longest( $counts, $hindrance );
				$this->show_certificates();
			}
		} catch ( Database_Exception $e ) {
			/* translators: %s: message of the database */
			printf( '<p>%s</p>', esc_html( sprintf( __( 'The domains of this network cannot be read from the database: %s', 'closte-sync' ), $e->getMessage() ) ) );
		}

		printf(
			'<p class="closte-sync-widget-links"><a href="%1$s">%2$s</a> | <a href="%3$s">%4$s</a> | <a href="%5$s">%6$s</a></p></div>',
			esc_url( Pages::domains_url() ),
			esc_html__( 'All domains', 'closte-sync' ),
			esc_url( Pages::log_url() ),
			esc_html__( 'Log', 'closte-sync' ),
			esc_url( Pages::settings_url() ),
			esc_html__( 'Settings', 'closte-sync' )
		);
	}

	/**
	 * What keeps all domains from being sent and checked, in one line.
	 */
	private function show_hindrance( string $hindrance ): void {
		if ( '' === $hindrance ) {
			return;
		}

		list( $text, $link ) = match ( $hindrance ) {
			'off'      => array( __( 'The integration is off. Changes are queued and sent once you turn it on.', 'closte-sync' ), __( 'Turn it on', 'closte-sync' ) ),
			'key'      => array( __( 'The API key is missing. Nothing is sent to Closte.', 'closte-sync' ), __( 'Enter the API key', 'closte-sync' ) ),
			'identity' => array( __( 'This network may be a copy of another one. Nothing is sent to Closte until you say which it is.', 'closte-sync' ), __( 'Settings', 'closte-sync' ) ),
			default    => array( (string) $this->services->readiness()->problem(), __( 'Settings', 'closte-sync' ) ),
		};

		printf(
			'<p class="closte-sync-widget-hindrance"><span class="dashicons dashicons-warning" aria-hidden="true"></span> %1$s <a href="%2$s">%3$s</a></p>',
			esc_html( $text ),
			esc_url( Pages::settings_url() . ( 'off' === $hindrance ? '#closte-sync-enabled' : '' ) ),
			esc_html( $link )
		);
	}

	/**
	 * A network of which no domain is known yet.
	 */
	private function show_empty( string $hindrance ): void {
		printf(
			'<p>%s</p>',
			esc_html(
				'' === $hindrance
					? __( 'There are no domains yet. The domains of new and existing sites are added automatically.', 'closte-sync' )
					: __( 'There are no domains yet.', 'closte-sync' )
			)
		);
	}

	/**
	 * @param array<string, int> $counts By state.
	 */
	private function show_counts( array $counts ): void {
		echo '<ul class="closte-sync-widget-counts">';

		foreach ( State::cases() as $state ) {
			$count = $counts[ $state->value ];
			$label = State_Label::html( $state )
				. ' <span class="closte-sync-widget-count">' . esc_html( number_format_i18n( $count ) ) . '</span>';

			// Escaped where it is made.
			// phpcs:disable WordPress.Security.EscapeOutput.OutputNotEscaped
			if ( 0 === $count ) {
				printf( '<li class="is-none">%s</li>', $label );
			} else {
				printf( '<li><a href="%s">%s</a></li>', esc_url( Pages::domains_url( array( 'state' => $state->value ) ) ), $label );
			}
			// phpcs:enable
		}

		echo '</ul>';
	}

	/**
	 * @param array<string, int> $counts By state.
	 */
	private function show_longest( array $counts, string $hindrance ): void {
		$rows = $this->services->attention()->longest( self::NAMED, $hindrance );

		if ( array() === $rows ) {
			printf(
				'<p class="closte-sync-widget-fine"><span class="dashicons dashicons-yes-alt" aria-hidden="true"></span> %s</p>',
				esc_html__( 'Nothing needs attention.', 'closte-sync' )
			);
			return;
		}

		printf( '<h3>%s</h3><ul class="closte-sync-widget-list">', esc_html__( 'Needs attention', 'closte-sync' ) );

		foreach ( $rows as $row ) {
			printf(
				'<li><div class="closte-sync-widget-domain">%1$s %2$s%3$s</div><p>%4$s</p></li>',
				$this->name( $row ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
				State_Label::html( $row->state( $hindrance ) ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
				$this->since( $row ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
				esc_html( self::advice( $row, $hindrance ) )
			);
		}

		echo '</ul>';

		$all = $counts[ State::NetworkMustAct->value ] + $counts[ State::OwnerMustAct->value ];

		if ( $all > count( $rows ) ) {
			printf(
				'<p><a href="%1$s">%2$s</a></p>',
				esc_url( Pages::domains_url() ),
				esc_html(
					sprintf(
						/* translators: %s: number of domains */
						_n( 'See %s domain that needs attention', 'See all %s domains that need attention', $all, 'closte-sync' ),
						number_format_i18n( $all )
					)
				)
			);
		}
	}

	private function show_certificates(): void {
		if ( ! Extension::is_loaded() ) {
			return;
		}

		$until = $this->now + \Closte\Lifecycle::CERTIFICATE_WARNING_DAYS * DAY_IN_SECONDS;
		$rows  = $this->services->attention()->certificates_ending( $until, self::NAMED );

		if ( array() === $rows ) {
			return;
		}

		printf( '<h3>%s</h3><ul class="closte-sync-widget-list">', esc_html__( 'Certificates that expire soon', 'closte-sync' ) );

		foreach ( $rows as $row ) {
			printf(
				'<li><div class="closte-sync-widget-domain">%1$s %2$s</div></li>',
				$this->name( $row ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
				esc_html( Labels::certificate_end( (int) Certificate_Standing::days_left( $row->certificate_not_after, $this->now ) ) )
			);
		}

		echo '</ul>';
	}

	/**
	 * What is wrong and what to do. What is wrong with a domain's DNS says that in one.
	 */
	private static function advice( Ledger_Row $row, string $hindrance ): string {
		$advice = Advice::of( $row, $hindrance );

		return State::OwnerMustAct === $row->state( $hindrance ) && '' !== $advice->wrong ? $advice->wrong : $advice->sentence();
	}

	private function name( Ledger_Row $row ): string {
		return sprintf(
			'<a href="%1$s"><strong dir="ltr">%2$s</strong></a>',
			esc_url( Pages::domain_url( $row->id ) ),
			esc_html( $this->services->domain_names()->shown( $row->domain ) )
		);
	}

	private function since( Ledger_Row $row ): string {
		return 0 === $row->state_since ? '' : sprintf(
			' <time datetime="%1$s" title="%2$s">%3$s</time>',
			esc_attr( gmdate( 'c', $row->state_since ) ),
			esc_attr( (string) wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $row->state_since ) ),
			/* translators: %s: a span of time, such as "3 days" */
			esc_html( sprintf( __( 'for %s', 'closte-sync' ), human_time_diff( $row->state_since, $this->now ) ) )
		);
	}
}
