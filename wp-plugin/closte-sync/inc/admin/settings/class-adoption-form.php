<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Operations\Adoption_Result;
use ClosteSync\Text\Error_Text;

/**
 * Adopts foreign domains that were chosen from the list of what Closte has, once that is confirmed.
 */
final class Adoption_Form {

	public const ACTION = 'closte-sync-adopt';
	public const FIELD  = 'closte_sync_adopt';

	private const MOST_NAMED   = 20;
	private const LONGEST_NAME = 300;

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		add_action( 'network_admin_edit_' . self::ACTION, array( $this, 'adopt' ) );
	}

	/**
	 * What was chosen on the settings screen, to be confirmed.
	 *
	 * @return list<string>
	 */
	public function chosen(): array {
		if ( ! in_array( self::ACTION, array( $_POST['action'] ?? '', $_POST['action2'] ?? '' ), true ) ) { // phpcs:ignore WordPress.Security -- checked right after.
			return array();
		}

		Guard::require_form( self::ACTION );

		$domains = self::posted();

		if ( array() === $domains ) {
			Flash::add( 'warning', __( 'Select at least one foreign domain.', 'closte-sync' ) );
			Flash::redirect( Section::list_url() );
		}

		return $domains;
	}

	/**
	 * @param list<string> $domains
	 */
	public function show_confirmation( array $domains ): void {
		printf(
			'<h1>%1$s</h1><p>%2$s</p><ul class="ul-disc">',
			esc_html( _n( 'Adopt this domain?', 'Adopt these domains?', count( $domains ), 'closte-sync' ) ),
			esc_html__( 'Nothing changes at Closte now. From then on, this network checks the domains and shows them on the Domains screen, as if they had been added manually. They can be removed from Closte there.', 'closte-sync' )
		);

		foreach ( $domains as $domain ) {
			printf( '<li dir="ltr">%s</li>', esc_html( $this->services->domain_names()->shown( $domain ) ) );
		}

		printf(
			'</ul><form method="post" action="%s">%s',
			esc_url( network_admin_url( 'edit.php?action=' . self::ACTION ) ),
			Guard::nonce_field( self::ACTION ) // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		);

		foreach ( $domains as $domain ) {
			printf( '<input type="hidden" name="%s[]" value="%s">', esc_attr( self::FIELD ), esc_attr( $domain ) );
		}

		echo '<p class="submit">';
		submit_button( _n( 'Adopt domain', 'Adopt domains', count( $domains ), 'closte-sync' ), 'primary', 'submit', false );
		printf( ' <a class="button" href="%s">%s</a></p></form>', esc_url( Section::list_url() ), esc_html__( 'Cancel', 'closte-sync' ) );
	}

	/**
	 * Adopts what was confirmed.
	 */
	public function adopt(): void {
		Guard::require_form( self::ACTION );

		$domains = self::posted();
		$problem = $this->services->adoption()->problem();

		if ( array() === $domains ) {
			Flash::add( 'warning', __( 'Select at least one foreign domain.', 'closte-sync' ) );
		} elseif ( null !== $problem ) {
			Flash::add( 'error', $problem );
		} else {
			try {
				self::report( $this->services->adoption()->adopt( $domains ) );
			} catch ( Database_Exception $e ) {
				/* translators: %s: message of the database */
				Flash::add( 'error', sprintf( __( 'The database failed: %s', 'closte-sync' ), $e->getMessage() ) );
			} catch ( \Closte\ClosteException | \RuntimeException $e ) {
				$reason = $e instanceof \Closte\ClosteException ? Error_Text::of( $e ) : $e->getMessage();
				/* translators: %s: what is in the way */
				Flash::add( 'error', sprintf( __( 'Nothing was adopted: %s', 'closte-sync' ), $reason ) );
			}
		}

		Flash::redirect( Section::list_url() );
	}

	private static function report( Adoption_Result $result ): void {
		if ( array() !== $result->adopted ) {
			$count = count( $result->adopted );
			Flash::add(
				'success',
				sprintf(
					/* translators: 1: number of domains, 2: their names */
					_n( '%1$s domain adopted: %2$s. It is checked from now on.', '%1$s domains adopted: %2$s. They are checked from now on.', $count, 'closte-sync' ),
					number_format_i18n( $count ),
					self::names( $result->adopted )
				)
			);
		}

		if ( array() !== $result->ours ) {
			/* translators: %s: names of domains */
			Flash::add( 'info', sprintf( __( 'Already ours: %s', 'closte-sync' ), self::names( $result->ours ) ) );
		}

		if ( array() !== $result->missing ) {
			/* translators: %s: names of domains */
			Flash::add( 'warning', sprintf( __( 'Closte no longer has: %s', 'closte-sync' ), self::names( $result->missing ) ) );
		}
	}

	/**
	 * @param list<string> $domains
	 */
	private static function names( array $domains ): string {
		return implode( ', ', array_slice( $domains, 0, self::MOST_NAMED ) ) . ( count( $domains ) > self::MOST_NAMED ? ', …' : '' );
	}

	/**
	 * @return list<string>
	 */
	private static function posted(): array {
		$posted = wp_unslash( $_POST[ self::FIELD ] ?? array() ); // phpcs:ignore WordPress.Security -- the callers have checked the nonce; a name is looked up among Closte's.

		if ( ! is_array( $posted ) ) {
			return array();
		}

		$could_be = static fn( mixed $name ): bool => is_string( $name ) && '' !== $name && strlen( $name ) < self::LONGEST_NAME;

		return array_values( array_filter( $posted, $could_be ) );
	}
}
