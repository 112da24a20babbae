<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Help;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Settings\Settings;

/**
 * Network Admin → Settings → Closte.
 */
final class Settings_Screen {

	/**
	 * The settings as they are, read when the screen is prepared.
	 */
	private Settings $settings;

	private Rejected_Input $rejected;

	/**
	 * Foreign domains that were chosen, to be confirmed.
	 *
	 * @var list<string>
	 */
	private array $to_adopt;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Before anything is sent: fields, script and help.
	 */
	public function prepare(): void {
		Guard::require_capability();
		$this->to_adopt = ( new Adoption_Form( $this->services ) )->chosen();
		$this->settings = Settings::load();
		$this->rejected = Rejected_Input::take();
		( new Settings_Fields( $this->settings, Settings::decided_elsewhere(), $this->rejected ) )->register();
		Help::settings();
		add_action( 'admin_enqueue_scripts', self::enqueue( ... ) );
	}

	private static function enqueue(): void {
		Assets::enqueue();
		Assets::enqueue_style( 'settings', array( 'closte-sync-admin' ) );
		Assets::enqueue_script( 'settings' );
	}

	public function show(): void {
		Guard::require_capability();

		if ( array() !== $this->to_adopt ) {
			echo '<div class="wrap closte-sync-screen">';
			( new Adoption_Form( $this->services ) )->show_confirmation( $this->to_adopt );
			echo '</div>';
			return;
		}
		?>
		<div class="wrap closte-sync-screen">
			<h1 class="wp-heading-inline"><?php esc_html_e( 'Closte', 'closte-sync' ); ?></h1>
			<a href="<?php echo esc_url( Pages::domains_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Domains', 'closte-sync' ); ?></a>
			<a href="<?php echo esc_url( Pages::log_url() ); ?>" class="page-title-action"><?php esc_html_e( 'Log', 'closte-sync' ); ?></a>
			<hr class="wp-header-end">
			<?php $this->show_errors(); ?>
			<p><?php esc_html_e( 'Adds each site’s domains to Closte, with a certificate, and removes them when no site uses them.', 'closte-sync' ); ?></p>

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
			( new Send_Section( $this->services, $this->settings ) )->show();
			( new Closte_Section( $this->services ) )->show();
			?>
		</div>
		<?php
	}

	/**
	 * Names the fields that were not saved, each with a link to it.
	 */
	private function show_errors(): void {
		$errors = $this->rejected->errors;

		if ( array() === $errors ) {
			return;
		}

		$count = count( $errors );
		$items = '';
		/* translators: %s: number of settings */
		$title = _n( '%s setting was not saved.', '%s settings were not saved.', $count, 'closte-sync' );
		$title = sprintf( $title, number_format_i18n( $count ) );

		foreach ( $errors as $name => $error ) {
			$items .= sprintf( '<li><a href="#closte-sync-%s">%s</a></li>', esc_attr( $name ), esc_html( $error ) );
		}

		wp_admin_notice(
			sprintf(
				'<p><strong>%1$s</strong> %2$s</p><ul class="ul-disc">%3$s</ul>',
				esc_html( $title ),
				esc_html__( 'The other settings are saved.', 'closte-sync' ),
				$items
			),
			array(
				'type'               => 'error',
				'id'                 => 'closte-sync-errors',
				// Else WordPress moves it, and it loses the focus.
				'additional_classes' => array( 'inline' ),
				'paragraph_wrap'     => false,
				'attributes'         => array( 'role' => 'alert' ),
			)
		);
	}

	private function show_connection_test(): void {
		?>
		<h2><?php esc_html_e( 'Connection', 'closte-sync' ); ?></h2>
		<form id="closte-sync-test" class="closte-sync-inline" method="post" action="<?php echo esc_url( network_admin_url( 'edit.php?action=' . Settings_Actions::TEST ) ); ?>">
			<?php echo Guard::nonce_field( Settings_Actions::TEST ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there. ?>
			<p><?php esc_html_e( 'Checks whether Closte accepts the API key. Nothing changes at Closte.', 'closte-sync' ); ?></p>
			<button type="submit" class="button"><?php esc_html_e( 'Test the connection', 'closte-sync' ); ?></button>
			<span class="spinner" aria-hidden="true"></span>
			<div class="closte-sync-result"></div>
		</form>
		<?php
	}
}
