<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Operations\Closte_List;
use ClosteSync\Operations\Comparison;
use ClosteSync\Operations\Ownership;

/**
 * Shows on demand what Closte has, also what this network has never had. A link asks for it; the script puts the answer
 * into its place.
 */
final class Closte_Section {

	public function __construct( private readonly Container $services ) {}

	public function show(): void {
		$asked = Section::asked( Section::AT_CLOSTE );

		Section::open( Section::AT_CLOSTE, __( 'Domains at Closte', 'closte-sync' ) );
		printf( '<p>%s</p>', esc_html__( 'What Closte has for the API key of this network. Nothing changes at Closte.', 'closte-sync' ) );

		if ( null === $asked ) {
			Section::show_button( Section::list_url(), __( 'Show domains at Closte', 'closte-sync' ) );
		} else {
			$this->show_list( Ownership::tryFrom( $asked ) );
		}

		echo '</section>';
	}

	private function show_list( ?Ownership $ownership ): void {
		$plan = Comparison::plan( $this->services, keep: true );

		if ( is_string( $plan ) ) {
			Section::show_failure( $plan, Section::list_url( $ownership ) );
			return;
		}

		$list = Closte_List::from( $plan );

		if ( 0 === $list->count() ) {
			printf( '<p><strong>%s</strong></p>', esc_html__( 'Closte has no domains for this key.', 'closte-sync' ) );
			return;
		}

		$this->show_legend( $list );

		$table = new Closte_Table( $list, $ownership, $this->services->domain_names() );
		$table->prepare_items();
		$table->views();
		printf( '<form method="post" action="%s">%s', esc_url( Pages::settings_url() ), Guard::nonce_field( Adoption_Form::ACTION ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		$table->display();
		echo '</form>';
	}

	/**
	 * What the words of the table mean, where not all domains are ours.
	 */
	private function show_legend( Closte_List $list ): void {
		foreach ( array( Ownership::Foreign, Ownership::Unused ) as $ownership ) {
			if ( $list->count( $ownership ) > 0 ) {
				printf( '<p class="description"><strong>%s:</strong> %s</p>', esc_html( $ownership->label() ), esc_html( $ownership->description() ) );
			}
		}
	}
}
