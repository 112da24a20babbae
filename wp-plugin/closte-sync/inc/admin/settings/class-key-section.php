<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Guard;
use ClosteSync\Diagnosis\Key_Check;
use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Extension\Salt_Cipher;
use ClosteSync\Sync\Circuit_Breaker;

/**
 * Says whether the key is there and where it comes from, never the key itself, and takes one where none is predefined.
 */
final class Key_Section {

	private const FORM        = 'closte-sync-key';
	private const FORGET_FORM = 'closte-sync-key-forget';
	private const INPUT       = 'closte-sync-api-key';

	/**
	 * @param Circuit_Breaker $circuit_breaker How Closte answered last.
	 */
	public function __construct( private readonly Circuit_Breaker $circuit_breaker ) {}

	/**
	 * Prints it, as the first row of the settings.
	 */
	public function show(): void {
		$predefined = Api_Key::predefined();
		?>
		<form id="<?php echo esc_attr( self::FORM ); ?>" method="post" action="<?php echo esc_url( network_admin_url( 'edit.php?action=' . Key_Actions::SAVE ) ); ?>">
			<?php echo Guard::nonce_field( Key_Actions::SAVE ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there. ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><?php printf( null === $predefined ? '<label for="%1$s">%2$s</label>' : '%2$s', esc_attr( self::INPUT ), esc_html__( 'API key', 'closte-sync' ) ); ?></th>
					<td><?php null === $predefined ? $this->show_entry() : $this->show_predefined( $predefined ); ?></td>
				</tr>
			</table>
		</form>
		<?php
		if ( Key_Store::has_key() ) {
			printf(
				'<form id="%1$s" method="post" action="%2$s" data-confirm="%3$s">%4$s</form>',
				esc_attr( self::FORGET_FORM ),
				esc_url( network_admin_url( 'edit.php?action=' . Key_Actions::FORGET ) ),
				esc_attr__( 'Delete the API key that was entered here? This cannot be undone.', 'closte-sync' ),
				Guard::nonce_field( Key_Actions::FORGET ) // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			);
		}
	}

	/**
	 * A key that the constant or the environment gives: there is nothing to enter.
	 */
	private function show_predefined( Api_Key $key ): void {
		$this->show_found( $key );
		echo '<p class="description">' . esc_html__( 'The key is never shown. Change it where it is defined.', 'closte-sync' ) . '</p>';
		if ( Key_Store::has_key() ) {
			echo '<p>' . esc_html__( 'A key that was entered here is also stored, but not used.', 'closte-sync' ) . ' ';
			$this->show_forget_button();
			echo '</p>';
		}
	}

	private function show_entry(): void {
		$key = Key_Provider::find();
		match ( true ) {
			null !== $key              => $this->show_found( $key ),
			Key_Store::is_unreadable() => $this->show_trouble( Key_Store::unreadable() ),
			default                    => $this->show_trouble( __( 'Not found', 'closte-sync' ) ),
		};
		$this->show_field( 'settings' === ( $key->source ?? '' ) ? __( 'Replace key', 'closte-sync' ) : __( 'Save key', 'closte-sync' ) );
		echo '<p class="description" id="closte-sync-api-key-help">';
		if ( null === $key ) {
			printf(
				/* translators: 1: name of a constant, 2: name of a file */
				esc_html__( 'Copy the key from Closte’s dashboard. It is stored encrypted and never shown. At Closte, %2$s already defines %1$s. Elsewhere, you can define it there too, or set an environment variable of that name. Both take precedence over a key that is entered here.', 'closte-sync' ),
				'<code>CLOSTE_CLIENT_API_KEY</code>',
				'<code>wp-config.php</code>'
			);
		} elseif ( 'settings' === $key->source ) {
			esc_html_e( 'The key is stored encrypted and never shown. A new key replaces it.', 'closte-sync' );
		} else {
			esc_html_e( 'The key is never shown. A key that you enter here takes precedence, and is stored encrypted.', 'closte-sync' );
		}
		echo '</p>';
		if ( Salt_Cipher::are_salts_in_database() ) {
			echo '<p class="closte-sync-salts"><span class="closte-sync-status is-warning">';
			echo esc_html__( 'WordPress’s salts are in the database, not in wp-config.php. Anyone with a copy of the database can decrypt a key that is stored there.', 'closte-sync' );
			echo ' ' . esc_html(
				Key_Store::has_key() ? Key_Check::salts_advice() : __( 'Before you enter the key, define salts in wp-config.php, for example with "wp config shuffle-salts". Everyone has to log in again then.', 'closte-sync' )
			) . '</span></p>';
		}
	}

	/**
	 * Where the key was found, its last characters, and whether Closte refuses it.
	 */
	private function show_found( Api_Key $key ): void {
		$is_refused = 'auth' === ( $this->circuit_breaker->failure()['kind'] ?? '' );
		printf( '<span class="closte-sync-status %s closte-sync-key">', $is_refused ? 'is-bad' : 'is-done' );
		printf(
			/* translators: 1: where the key was found, 2: its last characters */
			esc_html__( 'Found in %1$s: %2$s', 'closte-sync' ),
			esc_html( $key->place() ),
			'<code>' . esc_html( $key->masked() ) . '</code>'
		);
		echo '</span>';
		if ( $is_refused ) {
			echo '<p><strong>' . esc_html__( 'Closte refused this key at the last call. Copy the key from Closte’s dashboard again, then test the connection.', 'closte-sync' ) . '</strong></p>';
		}
	}

	private function show_trouble( string $text ): void {
		echo '<span class="closte-sync-status is-bad closte-sync-key">' . esc_html( $text ) . '</span>';
	}

	/**
	 * The field, which is always empty, and the buttons.
	 *
	 * @param string $button What the button that saves says.
	 */
	private function show_field( string $button ): void {
		echo '<p>';
		printf(
			'<input type="password" class="regular-text code" id="%1$s" name="%2$s" required autocomplete="new-password" autocapitalize="off" spellcheck="false" aria-describedby="closte-sync-api-key-help" data-unsaved="%3$s"> <button type="submit" class="button">%4$s</button> ',
			esc_attr( self::INPUT ),
			esc_attr( Key_Actions::FIELD ),
			esc_attr__( 'This key is not saved yet. Save it first, or clear the field.', 'closte-sync' ),
			esc_html( $button )
		);
		if ( Key_Store::has_key() ) {
			$this->show_forget_button();
		}
		echo '</p>';
	}

	private function show_forget_button(): void {
		printf( '<button type="submit" class="button-link button-link-delete" form="%s">%s</button>', esc_attr( self::FORGET_FORM ), esc_html__( 'Delete key', 'closte-sync' ) );
	}
}
