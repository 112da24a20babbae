<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Ledger\State;
use ClosteSync\Operations\Comparison;
use ClosteSync\Operations\Send_All;
use ClosteSync\Operations\Send_All_Progress;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\First_Comparison;

/**
 * Sends all domains: first what would be done, then how far it has come, then what came of it.
 */
final class Send_Section {

	private const MOST_NAMED = 20;

	public function __construct( private readonly Container $services, private readonly Settings $settings ) {}

	public function show(): void {
		Section::open( Section::SEND_ALL, __( 'Send all domains', 'closte-sync' ) );
		printf(
			'<p>%s %s</p>',
			esc_html__( 'Domains of new and existing sites are sent automatically, and those that are missing at Closte are sent again once a day. Here you can send all of them now.', 'closte-sync' ),
			esc_html( Send_All::counts( $this->services->ledger_search() ) )
		);

		$problem = $this->problem();
		$last    = ( new Send_All( $this->services ) )->last();

		if ( null !== $last ) {
			$this->show_last( $last, null === $problem );
		}

		if ( null !== $problem ) {
			printf( '<p><button type="button" class="button" disabled>%s</button></p>', esc_html__( 'Show what would be sent', 'closte-sync' ) );
			printf( '<p class="description">%s</p>', esc_html( $problem ) );
		} elseif ( null === Section::asked( Section::SEND_ALL ) ) {
			Section::show_button( Section::plan_url(), __( 'Show what would be sent', 'closte-sync' ) );
		} else {
			$this->show_plan();
		}

		$this->show_progress();
		echo '</section>';
	}

	/**
	 * What keeps domains from being sent at all.
	 */
	private function problem(): ?string {
		return match ( true ) {
			$this->services->readiness()->is_another_network() => __( 'Choose first whether this network has moved or is a copy.', 'closte-sync' ),
			! $this->settings->enabled                         => __( 'Turn the integration on first.', 'closte-sync' ),
			null === Key_Provider::find()                      => __( 'Enter the API key first.', 'closte-sync' ),
			default                                            => $this->services->readiness()->problem(),
		};
	}

	private function show_plan(): void {
		$plan = Comparison::plan( $this->services, keep: true );

		if ( is_string( $plan ) ) {
			Section::show_failure( $plan, Section::plan_url() );
			return;
		}

		$send_plan = new Send_Plan( $this->services, $plan );
		$send_plan->show();

		if ( '' === $send_plan->button() ) {
			First_Comparison::is_done();
			Section::show_button( Section::plan_url(), __( 'Compare again', 'closte-sync' ) );
		} else {
			$this->show_form( $send_plan->button(), true );
		}
	}

	/**
	 * How far what was started last has come: it may have been left.
	 */
	private function show_last( Send_All_Progress $last, bool $may_go_on ): void {
		$html = '<p>' . esc_html( $last->summary() ) . '</p>' . $this->refused( $last );

		wp_admin_notice(
			$html,
			array(
				'type'               => $last->notice_type(),
				'additional_classes' => array( 'inline', 'closte-sync-sent' ),
				'paragraph_wrap'     => false,
			)
		);

		if ( $may_go_on && $last->waiting > 0 && $last->total > 0 ) {
			printf( '<p><progress max="%1$d" value="%2$d" aria-label="%3$s"></progress></p>', (int) $last->total, (int) min( $last->sent, $last->total ), esc_attr__( 'Domains sent', 'closte-sync' ) );
			$this->show_form( __( 'Continue now', 'closte-sync' ), false );
		}
	}

	/**
	 * What Closte refused and why, and where to go on with it.
	 */
	private function refused( Send_All_Progress $last ): string {
		if ( array() === $last->refused ) {
			return '';
		}

		$items = '';

		foreach ( array_slice( $last->refused, 0, self::MOST_NAMED, true ) as $domain => $reason ) {
			$items .= sprintf( '<li><strong dir="ltr">%s</strong> — %s</li>', esc_html( $this->services->domain_names()->shown( (string) $domain ) ), esc_html( $reason ) );
		}

		return sprintf(
			'<ul class="ul-disc">%1$s</ul><p><a href="%2$s">%3$s</a></p>',
			$items,
			esc_url( Pages::domains_url( array( 'state' => State::NetworkMustAct->value ) ) ),
			esc_html__( 'Show the domains that a network admin must act on', 'closte-sync' )
		);
	}

	/**
	 * @param bool $is_start Whether it begins; else it goes on.
	 */
	private function show_form( string $button, bool $is_start ): void {
		printf(
			'<form class="closte-sync-send" method="post" action="%1$s" data-after="%2$s">%3$s%4$s<p><button type="submit" class="button%5$s">%6$s</button> <span class="spinner" aria-hidden="true"></span></p></form>',
			esc_url( network_admin_url( 'edit.php?action=' . Settings_Actions::SEND_ALL ) ),
			esc_url( Pages::settings_url() ),
			Guard::nonce_field( Settings_Actions::SEND_ALL ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			$is_start ? '' : '<input type="hidden" name="continue" value="1">',
			$is_start ? ' button-primary' : '',
			esc_html( $button )
		);
	}

	/**
	 * For the script: the bar, and what it says.
	 */
	private function show_progress(): void {
		printf(
			'<div class="closte-sync-progress" hidden><progress aria-label="%1$s"></progress><p class="closte-sync-progress-text" aria-live="polite">%2$s</p><p class="description">%3$s</p></div>',
			esc_attr__( 'Domains sent', 'closte-sync' ),
			esc_html__( 'Comparing with Closte…', 'closte-sync' ),
			esc_html__( 'You can leave this page: what is left is sent in the background.', 'closte-sync' )
		);
	}
}
