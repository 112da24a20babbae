<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Settings\Settings;
use ClosteSync\Settings\Subdomain_Handling;
use ClosteSync\Settings\Www_Handling;

/**
 * Network Admin → Settings → Closte.
 */
final class Settings_Screen {

	private const SECTION = 'closte_sync_settings';

	/**
	 * The settings as they are, read when the screen is prepared.
	 */
	private Settings $settings;

	/**
	 * Names of the plugins that decide settings, by setting.
	 *
	 * @var array<string, string>
	 */
	private array $elsewhere;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Before anything is sent: fields, script and help.
	 */
	public function prepare(): void {
		Guard::require_capability();
		$this->settings  = Settings::load();
		$this->elsewhere = Settings::decided_elsewhere();
		$this->add_fields();
		$this->add_help();
		add_action( 'admin_enqueue_scripts', array( Assets::class, 'enqueue' ) );
	}

	public function show(): void {
		Guard::require_capability();
		?>
		<div class="wrap closte-sync-screen">
			<h1 class="wp-heading-inline"><?php esc_html_e( 'Closte', 'closte-sync' ); ?></h1>
			<a href="<?php echo esc_url( Pages::domains_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Domains', 'closte-sync' ); ?></a>
			<a href="<?php echo esc_url( Pages::log_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Log', 'closte-sync' ); ?></a>
			<hr class="wp-header-end">
			<p><?php esc_html_e( 'Every domain that a site of this network gets is sent to Closte, which serves it and issues its certificate. Every domain that goes away is removed there.', 'closte-sync' ); ?></p>

			<?php ( new Key_Section( $this->services->circuit_breaker() ) )->show(); ?>
			<form id="closte-sync-settings" method="post" action="<?php echo esc_url( network_admin_url( 'edit.php?action=' . Settings_Actions::SAVE ) ); ?>" novalidate>
				<?php
				echo Guard::nonce_field( Settings_Actions::SAVE ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
				do_settings_sections( Pages::SETTINGS );
				submit_button();
				?>
			</form>

			<?php
			$this->show_connection_test();
			$this->show_send_all();
			?>
		</div>
		<?php
	}

	private function add_fields(): void {
		add_settings_section( self::SECTION, '', '__return_null', Pages::SETTINGS );
		$fields = array(
			'enabled'        => array( __( 'Integration', 'closte-sync' ), false ),
			'check_interval' => array( __( 'DNS check interval', 'closte-sync' ), true ),
			'targets'        => array( __( 'What counts as here', 'closte-sync' ), true ),
			'www'            => array( __( 'www names', 'closte-sync' ), true ),
			'subdomains'     => array( __( 'Subdomains of this network', 'closte-sync' ), true ),
			'resolvers'      => array( __( 'DNS resolvers', 'closte-sync' ), true ),
			'mails'          => array( __( 'Email', 'closte-sync' ), false ),
		);
		foreach ( $fields as $name => list( $title, $labelled ) ) {
			add_settings_field(
				"closte-sync-$name",
				$title,
				array( $this, "show_$name" ),
				Pages::SETTINGS,
				self::SECTION,
				$labelled ? array( 'label_for' => "closte-sync-$name" ) : array()
			);
		}
	}

	public function show_enabled(): void {
		printf(
			'<fieldset><legend class="screen-reader-text"><span>%1$s</span></legend><label for="closte-sync-enabled"><input type="checkbox" id="closte-sync-enabled" name="closte_sync[enabled]" value="1"%2$s> %3$s</label></fieldset>',
			esc_html__( 'Integration', 'closte-sync' ),
			checked( $this->settings->enabled, true, false ),
			esc_html__( 'Send the domains of this network to Closte', 'closte-sync' )
		);
		echo '<p class="description">' . esc_html__( 'While this is off, what is wanted is recorded, and nothing is sent.', 'closte-sync' ) . '</p>';
	}

	public function show_check_interval(): void {
		printf(
			'<input type="number" class="small-text" id="closte-sync-check_interval" name="closte_sync[check_interval]" value="%1$d" min="%2$d" max="%3$d" step="1" inputmode="numeric" aria-describedby="closte-sync-check_interval-help"%5$s> %4$s',
			(int) $this->settings->check_interval,
			(int) Settings::MIN_CHECK_INTERVAL,
			(int) Settings::MAX_CHECK_INTERVAL,
			esc_html__( 'seconds', 'closte-sync' ),
			disabled( $this->is_elsewhere( 'check_interval' ), true, false )
		);
		echo '<p class="description" id="closte-sync-check_interval-help">';
		printf(
			/* translators: 1: lowest, 2: highest number of seconds */
			esc_html__( 'How often a domain that is not finished is looked at, from %1$d to %2$d. Below 60, an open Domains screen or “wp closte watch” sets the pace, because WP-Cron runs once a minute at most.', 'closte-sync' ),
			(int) Settings::MIN_CHECK_INTERVAL,
			(int) Settings::MAX_CHECK_INTERVAL
		);
		echo '</p>';
		$this->show_if_elsewhere( 'check_interval' );
	}

	public function show_targets(): void {
		printf(
			'<textarea id="closte-sync-targets" name="closte_sync[targets]" rows="3" cols="40" class="code" spellcheck="false" aria-describedby="closte-sync-targets-help">%s</textarea>',
			esc_textarea( implode( "\n", $this->settings->targets ) )
		);
		echo '<p class="description" id="closte-sync-targets-help">';
		esc_html_e( 'IP addresses or host names, one a line: a domain that points at one of them points here. Leave it empty for the addresses of the network’s own domain.', 'closte-sync' );
		echo '</p><p class="description closte-sync-targets">';
		printf(
			/* translators: %s: addresses or host names */
			esc_html__( 'In effect now: %s', 'closte-sync' ),
			'<code>' . implode( '</code>, <code>', array_map( 'esc_html', $this->settings->effective_targets() ) ) . '</code>'
		);
		echo '</p>';
	}

	public function show_www(): void {
		$this->show_choice( 'www', $this->settings->www, Www_Handling::cases() );
		echo '<p class="description">' . esc_html__( 'Whether the www name of a domain is sent with it. Subdomains of this network never get one.', 'closte-sync' ) . '</p>';
		$this->show_if_elsewhere( 'www' );
	}

	public function show_subdomains(): void {
		$this->show_choice( 'subdomains', $this->settings->subdomains, Subdomain_Handling::cases() );
		echo '<p class="description">' . esc_html__( 'Whether the domains of sites below the network’s own domain are sent, one by one.', 'closte-sync' ) . '</p>';
	}

	public function show_resolvers(): void {
		printf(
			'<textarea id="closte-sync-resolvers" name="closte_sync[resolvers]" rows="2" cols="40" class="code" spellcheck="false" aria-describedby="closte-sync-resolvers-help">%s</textarea>',
			esc_textarea( implode( "\n", $this->settings->resolvers ) )
		);
		echo '<p class="description" id="closte-sync-resolvers-help">';
		printf(
			/* translators: 1: examples of how a resolver is written, 2: name of a setting of php.ini */
			esc_html__( 'The DNS servers that are asked where a domain points, one a line: %1$s. Leave it empty for those of the PHP extension (%2$s in php.ini), which are the system’s unless it names others.', 'closte-sync' ),
			'<code>9.9.9.9</code>, <code>[2620:fe::fe]:53</code>',
			'<code>closte.resolvers</code>'
		);
		echo '</p>';
	}

	public function show_mails(): void {
		printf( '<fieldset><legend class="screen-reader-text"><span>%s</span></legend>', esc_html__( 'Email', 'closte-sync' ) );
		$this->show_mail(
			'digest',
			$this->settings->digest,
			__( 'Send a weekly summary to the network admin', 'closte-sync' ),
			sprintf(
				/* translators: %s: email address */
				__( 'Which domains need attention and which DNS records to set. Goes to %s. Nothing is sent in a week in which no domain needs attention.', 'closte-sync' ),
				(string) get_network_option( get_main_network_id(), 'admin_email' )
			)
		);
		$this->show_mail(
			'owner_mail',
			$this->settings->owner_mail,
			__( 'Tell site owners what to change in their DNS', 'closte-sync' ),
			__( 'Goes to the administration email address of a site when its owner has had to act for a day, once for each problem.', 'closte-sync' )
		);
		echo '</fieldset>';
	}

	private function show_mail( string $name, bool $is_on, string $label, string $description ): void {
		printf(
			'<p><label for="closte-sync-%1$s"><input type="checkbox" id="closte-sync-%1$s" name="closte_sync[%1$s]" value="1" aria-describedby="closte-sync-%1$s-help"%2$s> %3$s</label></p><p class="description" id="closte-sync-%1$s-help">%4$s</p>',
			esc_attr( $name ),
			checked( $is_on, true, false ),
			esc_html( $label ),
			esc_html( $description )
		);
	}

	/**
	 * @param Www_Handling|Subdomain_Handling             $current Its value.
	 * @param list<Www_Handling>|list<Subdomain_Handling> $choices What can be chosen.
	 */
	private function show_choice( string $name, Www_Handling|Subdomain_Handling $current, array $choices ): void {
		printf( '<select id="closte-sync-%1$s" name="closte_sync[%1$s]"%2$s>', esc_attr( $name ), disabled( $this->is_elsewhere( $name ), true, false ) );
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

	private function is_elsewhere( string $name ): bool {
		return isset( $this->elsewhere[ $name ] );
	}

	/**
	 * Says where a setting that is not decided here is changed.
	 */
	private function show_if_elsewhere( string $name ): void {
		if ( $this->is_elsewhere( $name ) ) {
			/* translators: %s: name of a plugin */
			$text = sprintf( __( '%s decides this: change it in its own settings.', 'closte-sync' ), $this->elsewhere[ $name ] );
			printf( '<p class="description"><strong>%s</strong></p>', esc_html( $text ) );
		}
	}

	private function show_connection_test(): void {
		?>
		<h2><?php esc_html_e( 'Connection', 'closte-sync' ); ?></h2>
		<form id="closte-sync-test" class="closte-sync-inline" method="post" action="<?php echo esc_url( network_admin_url( 'edit.php?action=' . Settings_Actions::TEST ) ); ?>">
			<?php echo Guard::nonce_field( Settings_Actions::TEST ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there. ?>
			<p><?php esc_html_e( 'Asks Closte whether it accepts the key. Nothing is changed there.', 'closte-sync' ); ?></p>
			<button type="submit" class="button"><?php esc_html_e( 'Test the connection', 'closte-sync' ); ?></button>
			<span class="spinner" aria-hidden="true"></span>
			<div class="closte-sync-result"></div>
		</form>
		<?php
	}

	private function show_send_all(): void {
		$problem = match ( true ) {
			$this->services->readiness()->is_another_network() => __( 'Say first whether this network has moved or is a copy.', 'closte-sync' ),
			! $this->settings->enabled                         => __( 'Switch the integration on first.', 'closte-sync' ),
			null === Key_Provider::find()                      => __( 'Enter the API key first.', 'closte-sync' ),
			default                                            => $this->services->extension()->problem(),
		};
		?>
		<h2><?php esc_html_e( 'Domains of this network', 'closte-sync' ); ?></h2>
		<form id="closte-sync-send-all" class="closte-sync-inline" method="post" action="<?php echo esc_url( network_admin_url( 'edit.php?action=' . Settings_Actions::SEND_ALL ) ); ?>">
			<?php echo Guard::nonce_field( Settings_Actions::SEND_ALL ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there. ?>
			<p>
				<?php
				echo '<span class="closte-sync-counts">' . esc_html( Send_All::counts( $this->services->ledger_search() ) ) . '</span> ';
				esc_html_e( 'New domains are sent by themselves. For sites that were there before, send all domains once: those that Closte has already stay as they are, and nothing is removed.', 'closte-sync' );
				?>
			</p>
			<button type="submit" class="button"<?php disabled( null !== $problem ); ?>>
				<?php esc_html_e( 'Send all domains', 'closte-sync' ); ?>
			</button>
			<span class="spinner" aria-hidden="true"></span>
			<?php if ( null !== $problem ) : ?>
				<p class="description"><?php echo esc_html( $problem ); ?></p>
			<?php endif; ?>
			<div class="closte-sync-progress" hidden>
				<progress aria-label="<?php esc_attr_e( 'Domains sent', 'closte-sync' ); ?>"></progress>
				<p class="closte-sync-progress-text" aria-live="polite"></p>
			</div>
			<div class="closte-sync-result"></div>
		</form>
		<?php
	}

	private function add_help(): void {
		$screen = get_current_screen();
		if ( null === $screen ) {
			return;
		}
		$screen->add_help_tab(
			array(
				'id'      => 'closte-sync-overview',
				'title'   => __( 'Overview', 'closte-sync' ),
				'content' => '<p>' . esc_html__( 'The integration listens to sites and mapped domains of this network. A domain is recorded first and sent to Closte in the same request; when Closte does not answer, it is sent later by itself.', 'closte-sync' ) . '</p>'
					. '<p>' . esc_html__( 'Afterwards its DNS and its certificate are looked at until both are right. The Domains screen says for each domain where it stands and what to do next.', 'closte-sync' ) . '</p>',
			)
		);
		$screen->add_help_tab(
			array(
				'id'      => 'closte-sync-cli',
				'title'   => __( 'WP-CLI', 'closte-sync' ),
				'content' => '<p>' . sprintf(
					/* translators: names of commands */
					esc_html__( 'The same from a terminal: %s. When something does not work, start with the last one.', 'closte-sync' ),
					'<code>wp closte status</code>, <code>wp closte domain list</code>, <code>wp closte sync</code>, <code>wp closte doctor</code>'
				) . '</p>',
			)
		);
	}
}
