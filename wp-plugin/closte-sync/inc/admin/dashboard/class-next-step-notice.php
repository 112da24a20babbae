<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Dashboard;

use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Notice;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Settings\Section;
use ClosteSync\Admin\Settings\Settings_Actions;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\First_Comparison;

/**
 * Says what comes next after the plugin was activated, and after the integration was turned on.
 */
final class Next_Step_Notice {

	/**
	 * While the integration is off and nobody has decided anything yet.
	 *
	 * @param bool $asks_for_key Whether it is said that the key is missing; the settings screen says so anyway.
	 * @return bool Whether there was something to say.
	 */
	public function show_before( bool $asks_for_key ): bool {
		if ( Settings::saved() ) {
			return false;
		}

		return null === Key_Provider::find() ? $asks_for_key && $this->ask_for_key() : $this->offer_to_enable();
	}

	/**
	 * While it is on: what becomes of the sites that were there before.
	 */
	public function show_after(): void {
		$since = First_Comparison::awaited_since();
		$sites = 0 === $since ? 0 : (int) get_sites( array( 'count' => true, 'number' => 0 ) );

		if ( $sites < 2 ) {
			return;
		}

		Notice::show_dismissible(
			"existing-sites-$since",
			'info',
			Notice::paragraph(
				'<strong>' . esc_html__( 'The Closte integration is on.', 'closte-sync' ) . '</strong> '
				. esc_html__( 'The domains of existing sites are sent automatically, usually within a few minutes. To see the plan or to send them now, go to the settings.', 'closte-sync' ),
				Section::plan_url(),
				__( 'See the plan', 'closte-sync' )
			)
		);
	}

	private function ask_for_key(): bool {
		return Notice::show_dismissible(
			'next-step-key',
			'info',
			Notice::paragraph(
				'<strong>' . esc_html__( 'Closte Sync is active.', 'closte-sync' ) . '</strong> '
				. esc_html__( 'Next, enter the API key of your Closte application and turn the integration on.', 'closte-sync' ),
				Pages::settings_url(),
				__( 'Enter the API key', 'closte-sync' )
			)
		);
	}

	/**
	 * On Closte, where the key is there already: one click is all the configuration.
	 */
	private function offer_to_enable(): bool {
		return Notice::show_dismissible(
			'offer-to-enable',
			'info',
			sprintf(
				'<form method="post" action="%1$s" class="closte-sync-offer">%2$s<p>%3$s</p><p><button type="submit" class="button button-primary">%4$s</button> <a class="button" href="%5$s">%6$s</a></p></form>',
				esc_url( network_admin_url( 'edit.php?action=' . Settings_Actions::ENABLE ) ),
				Guard::nonce_field( Settings_Actions::ENABLE ),
				esc_html__( 'This network has a Closte API key. Turn the integration on to add each site’s domains to Closte, with a certificate, and to remove them when no site uses them.', 'closte-sync' ),
				esc_html__( 'Turn on', 'closte-sync' ),
				esc_url( Pages::settings_url() ),
				esc_html__( 'Settings', 'closte-sync' )
			)
		);
	}
}
