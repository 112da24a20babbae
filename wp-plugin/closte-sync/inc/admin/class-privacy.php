<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Log\Log_Table;

/**
 * Suggests a text for the policy of the main site (Settings → Privacy → Policy Guide).
 */
final class Privacy {

	/**
	 * Called on `admin_init`, where WordPress wants to be told
	 * (https://developer.wordpress.org/plugins/privacy/suggesting-text-for-the-site-privacy-policy/).
	 */
	public static function suggest_text(): void {
		wp_add_privacy_policy_content(
			'Closte Sync',
			'<p class="privacy-policy-tutorial">' . esc_html__( 'Closte Sync sends the domains of this network to Closte, its host, and nothing about users or visitors. It keeps a log in this network of what was sent and by whom. If you turn on its emails, it sends them to the administration email addresses of the network and of its sites.', 'closte-sync' ) . '</p>'
			. '<p><strong class="privacy-policy-tutorial">' . esc_html__( 'Suggested text:', 'closte-sync' ) . ' </strong>'
			. esc_html(
				sprintf(
					/* translators: %s: number of days */
					__( 'When a logged-in user creates, changes or deletes a site or its domains, or changes how domains are sent to our host, we log what was done, when, and their user ID. Log entries are deleted after %s days at the latest.', 'closte-sync' ),
					number_format_i18n( Log_Table::days() )
				)
			) . '</p>'
		);
	}
}
