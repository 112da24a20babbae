<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Pages;
use ClosteSync\Settings\Settings;
use ClosteSync\Settings\Subdomain_Handling;
use ClosteSync\Settings\Www_Handling;

/**
 * The fields of the settings form, by the Settings API. What was rejected stays in its field, beside the error.
 */
final class Settings_Fields {

	private const SECTION = 'closte_sync_settings';

	/**
	 * @param Settings              $settings  As they are.
	 * @param array<string, string> $elsewhere Names of the plugins that decide settings, by setting.
	 */
	public function __construct(
		private readonly Settings $settings,
		private readonly array $elsewhere,
		private readonly Rejected_Input $rejected,
	) {}

	public function register(): void {
		add_settings_section( self::SECTION, '', '__return_null', Pages::SETTINGS );

		foreach ( self::titles() as $name => $title ) {
			$has_one_field = ! in_array( $name, array( 'enabled', 'owners', 'mails' ), true );

			add_settings_field(
				"closte-sync-$name",
				$title,
				array( $this, "show_$name" ),
				Pages::SETTINGS,
				self::SECTION,
				$has_one_field ? array( 'label_for' => "closte-sync-$name" ) : array()
			);
		}
	}

	/**
	 * What the form calls a setting; its name, where this version does not know it.
	 */
	public static function label( string $name ): string {
		return match ( $name ) {
			'digest'      => __( 'Send a weekly summary to the network admin', 'closte-sync' ),
			'owner_mail'  => __( 'Tell site owners what to change in their DNS', 'closte-sync' ),
			'owners'      => __( 'Site owners may add domains', 'closte-sync' ),
			'owner_limit' => __( 'Domains per site, at most', 'closte-sync' ),
			default       => self::titles()[ $name ] ?? $name,
		};
	}

	/**
	 * The rows of the form.
	 *
	 * @return array<string, string>
	 */
	private static function titles(): array {
		return array(
			'enabled'        => __( 'Integration', 'closte-sync' ),
			'check_interval' => __( 'DNS check interval', 'closte-sync' ),
			'targets'        => __( 'Addresses of this network', 'closte-sync' ),
			'www'            => __( 'www names', 'closte-sync' ),
			'subdomains'     => __( 'Subdomains of this network', 'closte-sync' ),
			'resolvers'      => __( 'DNS resolvers', 'closte-sync' ),
			'owners'         => __( 'Site owners', 'closte-sync' ),
			'mails'          => __( 'Email', 'closte-sync' ),
		);
	}

	public function show_enabled(): void {
		$this->show_legend( __( 'Integration', 'closte-sync' ) );
		$this->show_checkbox(
			'enabled',
			$this->settings->enabled,
			__( 'Send the domains of this network to Closte', 'closte-sync' ),
			__( 'While this is off, changes are queued and sent once you turn it on.', 'closte-sync' )
		);
		echo '</fieldset>';
	}

	public function show_check_interval(): void {
		$this->show_number( 'check_interval', $this->settings->check_interval );
		echo ' ' . esc_html__( 'seconds', 'closte-sync' );
		$this->show_error( 'check_interval' );
		$this->show_help(
			'check_interval',
			sprintf(
				/* translators: 1: lowest, 2: highest number of seconds */
				esc_html__( 'How often a domain that does not work yet is checked, from %1$d to %2$d. WP-Cron runs at most once a minute: a shorter interval needs an open Domains screen or “wp closte watch”.', 'closte-sync' ),
				Settings::MIN_CHECK_INTERVAL,
				Settings::MAX_CHECK_INTERVAL
			)
		);
		$this->show_if_elsewhere( 'check_interval' );
	}

	public function show_targets(): void {
		$this->show_lines( 'targets', $this->settings->targets, 3 );
		$this->show_error( 'targets' );
		$this->show_help( 'targets', esc_html__( 'IP addresses or host names, one per line. A domain that points to one of them points to this network. Leave this empty to use the addresses of the network’s main domain.', 'closte-sync' ) );
		printf(
			'<p class="description closte-sync-targets">%s</p>',
			sprintf(
				/* translators: %s: addresses or host names */
				esc_html__( 'In use: %s', 'closte-sync' ),
				'<code dir="ltr">' . implode( '</code>, <code dir="ltr">', array_map( 'esc_html', $this->settings->effective_targets() ) ) . '</code>'
			)
		);
	}

	public function show_www(): void {
		$this->show_choice( 'www', $this->settings->www, Www_Handling::cases() );
		$this->show_error( 'www' );
		$this->show_help( 'www', esc_html__( 'Adds the www name of each domain as well. Subdomains of this network never get one.', 'closte-sync' ) );
		$this->show_if_elsewhere( 'www' );
	}

	public function show_subdomains(): void {
		$this->show_choice( 'subdomains', $this->settings->subdomains, Subdomain_Handling::cases() );
		$this->show_error( 'subdomains' );
		$this->show_help( 'subdomains', esc_html__( 'Adds each site below the network’s main domain to Closte as a domain of its own.', 'closte-sync' ) );
	}

	public function show_resolvers(): void {
		$this->show_lines( 'resolvers', $this->settings->resolvers, 2 );
		$this->show_error( 'resolvers' );
		$this->show_help(
			'resolvers',
			sprintf(
				/* translators: 1: examples of how a resolver is written, 2: name of a setting of php.ini */
				esc_html__( 'The DNS servers that checks ask, one per line, for example %1$s. Leave this empty to use those of the PHP extension (%2$s in php.ini, otherwise the system’s).', 'closte-sync' ),
				'<code dir="ltr">9.9.9.9</code>, <code dir="ltr">[2620:fe::fe]:53</code>',
				'<code dir="ltr">closte.resolvers</code>'
			)
		);
	}

	public function show_owners(): void {
		$this->show_legend( __( 'Site owners', 'closte-sync' ) );
		$this->show_checkbox(
			'owners',
			$this->settings->owners,
			self::label( 'owners' ),
			__( 'Adds Settings → Domains to the dashboard of each site. Its administrators see the domains of that site only, and prove that a domain is theirs before it is sent to Closte.', 'closte-sync' )
		);
		printf( '<p><label for="closte-sync-owner_limit">%s</label> ', esc_html( self::label( 'owner_limit' ) ) );
		$this->show_number( 'owner_limit', $this->settings->owner_limit );
		echo '</p>';
		$this->show_error( 'owner_limit' );
		echo '</fieldset>';
	}

	public function show_mails(): void {
		$this->show_legend( __( 'Email', 'closte-sync' ) );
		$this->show_checkbox(
			'digest',
			$this->settings->digest,
			self::label( 'digest' ),
			sprintf(
				/* translators: %s: email address */
				__( 'Which domains need attention and which DNS records to set. Goes to %s. Nothing is sent in a week in which no domain needs attention.', 'closte-sync' ),
				(string) get_network_option( get_main_network_id(), 'admin_email' )
			)
		);
		$this->show_checkbox(
			'owner_mail',
			$this->settings->owner_mail,
			self::label( 'owner_mail' ),
			__( 'Goes to the administration email address of a site when its owner has had to act for a day, once for each problem.', 'closte-sync' )
		);
		echo '</fieldset>';
	}

	private function show_legend( string $text ): void {
		printf( '<fieldset><legend class="screen-reader-text"><span>%s</span></legend>', esc_html( $text ) );
	}

	private function show_checkbox( string $name, bool $is_on, string $label, string $help ): void {
		printf(
			'<p><label for="closte-sync-%1$s"><input type="checkbox" id="closte-sync-%1$s" name="closte_sync[%1$s]" value="1" aria-describedby="closte-sync-%1$s-help"%2$s> %3$s</label></p>',
			esc_attr( $name ),
			checked( $is_on, true, false ),
			esc_html( $label )
		);
		$this->show_help( $name, esc_html( $help ) );
	}

	/**
	 * A field of the type `number` would not show what is no number: it could not be corrected.
	 */
	private function show_number( string $name, int $value ): void {
		printf(
			'<input type="text" inputmode="numeric" class="small-text" id="closte-sync-%1$s" name="closte_sync[%1$s]" value="%2$s" dir="ltr" autocomplete="off"%3$s%4$s>',
			esc_attr( $name ),
			esc_attr( $this->rejected->value( $name, (string) $value ) ),
			$this->described( $name, 'owner_limit' !== $name ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			disabled( $this->is_elsewhere( $name ), true, false )
		);
	}

	/**
	 * @param list<string> $entries
	 */
	private function show_lines( string $name, array $entries, int $rows ): void {
		printf(
			'<textarea id="closte-sync-%1$s" name="closte_sync[%1$s]" rows="%2$d" cols="40" class="code" dir="ltr" spellcheck="false"%3$s>%4$s</textarea>',
			esc_attr( $name ),
			(int) $rows,
			$this->described( $name ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			esc_textarea( $this->rejected->value( $name, implode( "\n", $entries ) ) )
		);
	}

	/**
	 * @param Www_Handling|Subdomain_Handling             $current Its value.
	 * @param list<Www_Handling>|list<Subdomain_Handling> $choices What can be chosen.
	 */
	private function show_choice( string $name, Www_Handling|Subdomain_Handling $current, array $choices ): void {
		printf(
			'<select id="closte-sync-%1$s" name="closte_sync[%1$s]"%2$s%3$s>',
			esc_attr( $name ),
			$this->described( $name ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			disabled( $this->is_elsewhere( $name ), true, false )
		);

		foreach ( $choices as $choice ) {
			printf(
				'<option value="%s"%s>%s</option>',
				esc_attr( $choice->value ),
				selected( $current->value, $choice->value, false ),
				esc_html( $choice->label() )
			);
		}

		echo '</select>';
	}

	/**
	 * Ties a field to its help and, where it is wrong, to what is wrong.
	 */
	private function described( string $name, bool $has_help = true ): string {
		$is_wrong = isset( $this->rejected->errors[ $name ] );
		$ids      = implode( ' ', array_filter( array( $is_wrong ? "closte-sync-$name-error" : '', $has_help ? "closte-sync-$name-help" : '' ) ) );

		return ( $is_wrong ? ' aria-invalid="true"' : '' ) . ( '' === $ids ? '' : ' aria-describedby="' . esc_attr( $ids ) . '"' );
	}

	private function show_error( string $name ): void {
		if ( isset( $this->rejected->errors[ $name ] ) ) {
			printf(
				'<p class="closte-sync-field-error" id="closte-sync-%1$s-error"><span class="dashicons dashicons-warning" aria-hidden="true"></span> %2$s</p>',
				esc_attr( $name ),
				esc_html( $this->rejected->errors[ $name ] )
			);
		}
	}

	/**
	 * @param string $html Escaped.
	 */
	private function show_help( string $name, string $html ): void {
		printf( '<p class="description" id="closte-sync-%1$s-help">%2$s</p>', esc_attr( $name ), wp_kses( $html, array( 'code' => array( 'dir' => true ) ) ) );
	}

	private function is_elsewhere( string $name ): bool {
		return isset( $this->elsewhere[ $name ] );
	}

	/**
	 * Says where a setting that is not decided here is changed.
	 */
	private function show_if_elsewhere( string $name ): void {
		if ( $this->is_elsewhere( $name ) ) {
			/* translators: %s: name of a plugin */
			$text = sprintf( __( '%s sets this. Change it in that plugin’s settings.', 'closte-sync' ), $this->elsewhere[ $name ] );
			printf( '<p class="description"><strong>%s</strong></p>', esc_html( $text ) );
		}
	}
}
