<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Records_Table;
use ClosteSync\Admin\State_Label;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Says who must act for a domain, what is wrong, what to do next, and which DNS records to change.
 */
final class State_Section {

	public function __construct( private readonly Container $services ) {}

	public function html( Ledger_Row $row, string $hindrance ): string {
		$advice = Advice::of( $row, $hindrance );

		return sprintf( '<p class="closte-sync-headline">%s</p>', State_Label::html( $row->state( $hindrance ) ) . $this->since( $row ) )
			. self::paragraph( $advice->wrong, 'closte-sync-wrong' )
			. self::paragraph( '' === $advice->next ? $row->state( $hindrance )->description() : $advice->next, 'closte-sync-next' )
			. $this->records( $row );
	}

	private function since( Ledger_Row $row ): string {
		return 0 === $row->state_since ? '' : sprintf(
			' <span class="closte-sync-since">%s</span>',
			sprintf(
				/* translators: %s: date and time */
				esc_html__( 'since %s', 'closte-sync' ),
				Local_Time::html( $row->state_since )
			)
		);
	}

	/**
	 * The records, to set them here or to have them set by who can.
	 */
	private function records( Ledger_Row $row ): string {
		$records = $row->dns_records();

		if ( array() === $records ) {
			return '';
		}

		$name = $this->services->domain_names()->shown( $row->domain );

		return '<h3>' . esc_html__( 'DNS records to change', 'closte-sync' ) . '</h3>'
			. Records_Table::html( $records, $name )
			. $this->message_to_owner( Owner_Message::of( $row, $name ), $row );
	}

	private function message_to_owner( Owner_Message $message, Ledger_Row $row ): string {
		$site  = $row->blog_id > 0 ? get_site( $row->blog_id ) : null;
		$email = null === $site ? '' : sanitize_email( (string) get_blog_option( (int) $site->blog_id, 'admin_email' ) );

		return sprintf(
			'<div class="closte-sync-message"><p>'
				. '<button type="button" class="button closte-sync-copy" data-copy="%1$s" data-copied="%2$s" data-shown-in="closte-sync-message-text">%3$s</button> '
				. '<a class="button" href="%4$s">%5$s</a></p>'
				. '<details><summary>%6$s</summary><pre id="closte-sync-message-text" dir="auto">%7$s</pre></details></div>',
			esc_attr( $message->body ),
			esc_attr__( 'Copied', 'closte-sync' ),
			esc_html__( 'Copy all for the owner', 'closte-sync' ),
			esc_url( $message->mailto( $email ), array( 'mailto' ) ),
			esc_html__( 'Email the owner', 'closte-sync' ),
			esc_html__( 'Show this message', 'closte-sync' ),
			esc_html( $message->body )
		);
	}

	private static function paragraph( string $text, string $css_class ): string {
		return '' === $text ? '' : sprintf( '<p class="%1$s">%2$s</p>', esc_attr( $css_class ), esc_html( $text ) );
	}
}
